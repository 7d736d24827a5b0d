// Pending requests of kubelets for a person who stands in for the approver: judged with the same facts and by the same rules.
import type { DescribedRequest } from '../../domain/cluster/described-request.ts'
import type { NodeFacts, PendingDecision } from '../../domain/cluster/pending-request.ts'
import { caughtProblem, ok, refuse } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { Verdict } from '../../domain/request/policy.ts'
import { isUndecided } from '../../core/cluster/orphan-requests.ts'
import { withIssuedNames } from '../../core/pending/issued-names.ts'
import type { Policies } from '../../core/policy/load-policies.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { AllSigningRequests } from '../../ports/signing-requests.ts'
import { approverLease } from '../../setup/approver-lease.ts'
import { judgePending } from './judge-pending.ts'
import type { PendingRules } from './judge-pending.ts'
import { hold, isApproved } from './names-of-requests.ts'
import type { Holders } from './names-of-requests.ts'

export interface ApproverRules extends Omit<PendingRules, 'facts'> {
  readonly owner: string
}

type AskedCluster = Pick<Cluster, 'nodes' | 'issuedNamesOf'> & {
  readonly signingRequests: Pick<AllSigningRequests, 'list'>
}

/**
 * Pending requests of kubelets get the decision of the approver in place of the verdict on a file. If its facts cannot be read, they are
 * refused with that problem.
 */
export async function judgedAsApprover(
  all: readonly DescribedRequest[],
  cluster: AskedCluster,
  rules: ApproverRules,
  now: Date,
): Promise<readonly DescribedRequest[]> {
  const facts = new Map<string, Checked<NodeFacts & { readonly held: Holders }>>()
  const judged: DescribedRequest[] = []
  for (const each of all) {
    const { asked, object } = each
    const { signerName } = object
    if (asked === null || !isKubeletSigner(signerName) || !isUndecided(object)) {
      judged.push(each)
      continue
    }
    const known = facts.get(signerName) ?? (await factsOf(signerName, cluster, rules.owner, now))
    facts.set(signerName, known)
    const decision: PendingDecision = known.ok
      ? judgePending(object, signerName, { ...rules, facts: known.value })
      : { kind: 'leave', problems: known.problems }
    // The next one must not have the same names.
    if (known.ok && decision.kind === 'approve') hold(known.value.held, object, now)
    const verdict = verdictOf(decision, rules.policies)
    judged.push({ ...each, asked: { ...asked, refusals: [], verdict } })
  }
  return judged
}

async function factsOf(
  signerName: string,
  { signingRequests, nodes, issuedNamesOf }: AskedCluster,
  owner: string,
  now: Date,
): Promise<Checked<NodeFacts & { readonly held: Holders }>> {
  try {
    const held: Holders = new Map()
    for (const object of (await signingRequests.list(null)).items)
      if (object.signerName === signerName && isApproved(object)) hold(held, object, now)
    const { names } = await issuedNamesOf(approverLease(owner, signerName)).list()
    return ok({ ...(await nodes()), held: withIssuedNames(held, names, now) })
  } catch (cause) {
    return refuse(caughtProblem(cause))
  }
}

function verdictOf(decision: PendingDecision, { policies }: Policies): Verdict {
  if (decision.kind !== 'approve') {
    const { kind, problems } = decision
    return { decision: kind === 'deny' ? 'denied' : 'undecided', problems, explanations: [] }
  }
  const by = policies.find(({ name }) => name === decision.policy)
  if (by === undefined) throw new Error(`there is no policy ${decision.policy}`)
  const isAllowed = { decision: 'allowed', by: by.name, policies: [by] } as const
  return { ...isAllowed, fixedRoles: [], explanations: [] }
}
