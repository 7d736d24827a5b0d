// A pending CertificateSigningRequest, read strictly and judged: by the rules above the policies, which no exception of
// countersign.yaml waives here, and by the policies for pending requests.
import type {
  KnownInventory,
  NodeFacts,
  PendingDecision,
} from '../../domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ClusterConfig, EmergencyConfig } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Creator } from '../../domain/request/policy.ts'
import { isUsage } from '../../domain/request/usage.ts'
import { decidePending } from '../../core/pending/decide-pending.ts'
import { nodeProblems } from '../../core/pending/node-names.ts'
import { builtInProblems } from '../../core/policy/built-in/built-in-rules.ts'
import { judge } from '../../core/policy/judge-policies.ts'
import type { Policies } from '../../core/policy/load-policies.ts'
import { pkcs10FromPem } from '../../core/request/pkcs10/verified-pkcs10.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { effectiveOf, fileNamed, signerRefusals } from '../decide/describe-request.ts'

/** What decides on a pending request besides itself. */
export interface PendingRules {
  readonly policies: Policies
  readonly cluster: ClusterConfig
  readonly emergency: EmergencyConfig | null
  readonly facts: NodeFacts
  /** Needed for kubelets only. */
  readonly inventory: KnownInventory
}

/**
 * `signerName`: the signer that this turn is for. A request that cannot be read is left pending, and so is one of a kubelet without
 * an inventory that counts.
 */
export function judgePending(
  object: SigningRequest,
  signerName: string,
  rules: PendingRules,
): PendingDecision {
  const read = pkcs10FromPem(object.request, null)
  if (!read.ok) return { kind: 'leave', problems: read.problems }
  const { cluster } = rules
  const most = signerNamed(cluster, signerName)?.maxDurationSeconds ?? null
  const request = effectiveOf(object, read.value, cluster, most)
  const unknown = object.usages.filter(usage => !isUsage(usage))
  const refusals = [
    ...(object.signerName === signerName
      ? []
      : [unplaced('SIGNER_NAME', `the signer is ${quoted(object.signerName)}, not ${signerName}`)]),
    ...unknown.map(usage => unplaced('SIGNER_USAGE', `no signer knows the usage ${quoted(usage)}`)),
  ]
  return judgeAsked(request, object, rules, refusals)
}

/** `refusals`: what was found before. Policies judge the request as if its common name were its name. */
export function judgeAsked(
  request: EffectiveRequest,
  creator: Creator,
  { policies: { policies, broken }, cluster, emergency, facts, inventory }: PendingRules,
  refusals: readonly Problem[],
): PendingDecision {
  const isNode = isKubeletSigner(request.signerName)
  if (isNode && !inventory.ok) return { kind: 'leave', problems: inventory.problems }
  const all = [
    ...refusals,
    ...signerRefusals(request, creator, cluster),
    ...builtInProblems(request, emergency),
    ...(isNode && inventory.ok
      ? nodeProblems(request, creator.username, facts, inventory.value)
      : []),
  ]
  // A fault of the inventory is no reason to deny, and neither is what another node says.
  const isOpen = all.some(({ code }) => code === 'INVENTORY_POOLS')
  if (isNonEmpty(all) && (isOpen || all.every(({ code }) => code === 'PENDING_ADDRESS')))
    return { kind: 'leave', problems: all }
  const context = { requester: null, isPublic: false, creator }
  return decidePending(all, judge(fileNamed(request), policies, broken, context), policies)
}
