// Refusals by admission, which no RBAC rule mends: a policy or webhook of the cluster, a quota, a namespace that is being deleted.
import type { Right } from '../../../domain/cluster/grant-binding.ts'
import type { Code } from '../../../domain/problem-codes.ts'
import {
  clusterFlag,
  createdAgain,
  installAsAdmin,
  installCommand,
} from '../../../lib/source/shell-word.ts'
import { STATIC_SUFFIX } from '../../../lib/kubernetes/static-policy.ts'
import type { PastedCluster } from '../../../lib/source/shell-word.ts'

const QUOTA = /(?:exceeded quota|failed quota|status unknown for quota): ([a-z0-9.-]+)/
const TERMINATING = /in namespace ([a-z0-9-]+) because it is being terminated/
const WEBHOOK = /admission webhook "([a-z0-9.-]+)" denied the request/
const SILENT_WEBHOOK = /failed calling webhook "([a-z0-9.-]+)"/
const WEBHOOKS = 'get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml'

interface AdmissionRefusal {
  readonly code: Code
  readonly hint: string
}

/**
 * The cause in the sentence of an API server (k8s.io/apiserver/pkg/admission, plugin/pkg/admission/resourcequota); null if it names
 * none. A webhook and a policy choose the HTTP status of their refusal.
 */
export function admissionRefusal(
  said: string,
  { namespace }: Right,
  cluster: PastedCluster | undefined,
): AdmissionRefusal | null {
  const { kubectl = 'kubectl' } = cluster ?? {}
  const policy = refusingPolicy(said)
  if (policy !== null && GUARD.exec(policy)?.[1] === 'emergency') {
    const hint = 'log in as one of emergency.people, without --as: kubectl auth whoami'
    return { code: 'EMERGENCY_PERSON', hint }
  }
  if (policy !== null) return { code: 'CLUSTER_ADMISSION', hint: policyHint(policy, said, cluster) }
  const [, webhook] = WEBHOOK.exec(said) ?? []
  if (webhook !== undefined)
    return {
      code: 'CLUSTER_ADMISSION',
      hint: `the admission webhook ${webhook} of this cluster refused it; its rules:\n${kubectl} ${WEBHOOKS}`,
    }
  const [, silent] = SILENT_WEBHOOK.exec(said) ?? []
  if (silent !== undefined)
    return {
      code: 'CLUSTER_ADMISSION',
      hint: `the admission webhook ${silent} of this cluster does not answer; repair it, then run again:\n${kubectl} ${WEBHOOKS}`,
    }
  const [, quota] = QUOTA.exec(said) ?? []
  if (quota !== undefined)
    return {
      code: 'CLUSTER_QUOTA',
      hint: `delete what nobody needs, or raise the quota:\n${kubectl} describe resourcequota ${quota} --namespace ${namespace ?? 'NAMESPACE'}`,
    }
  const [, ending] = TERMINATING.exec(said) ?? []
  if (ending === undefined) return null
  return { code: 'CLUSTER_TERMINATING', hint: createdAgain(ending, cluster) }
}

const REFUSED_BY = /ValidatingAdmissionPolicy '([a-z0-9.-]+)' with binding '[^']*' denied request: /
const GUARD = /^countersign-.+-(approvals|requests|records|marks|identity|bindings|emergency)$/

/** Name of the admission policy that refused, without the suffix of a static one; null if none did. */
export function refusingPolicy(said: string): string | null {
  const name = REFUSED_BY.exec(said)?.[1]
  if (name === undefined) return null
  return name.endsWith(STATIC_SUFFIX) ? name.slice(0, -STATIC_SUFFIX.length) : name
}

/** Parts of messages of the guard (setup/guard). */
const OWN_REQUESTS = 'decides on its own requests only'
const REVOKER = 'countersign manifests revoker'

/** What a login without the rights of the revoker needs. */
export function asRevoker(cluster: PastedCluster | undefined): string {
  return `give the user the rights of the revoker, ${installAsAdmin('revoker --user NAME', cluster)}`
}

/** No RBAC rule fixes this refusal, so none is printed. */
function policyHint(policy: string, said: string, cluster: PastedCluster | undefined): string {
  const [, part] = GUARD.exec(policy) ?? []
  if (part === undefined)
    return `an admission policy of this cluster refused it: ${cluster?.kubectl ?? 'kubectl'} get validatingadmissionpolicy ${policy} -o yaml`
  if (part === 'approvals' && (cluster?.command?.startsWith('csr ') || said.includes(OWN_REQUESTS)))
    return `the policy ${policy} of the guard refused it: the apply identity ${OWN_REQUESTS}. Log in as one of NAMES after:\n${installCommand('guard --approvers NAMES', cluster)}`
  if (said.includes(REVOKER))
    return `the policy ${policy} of the guard refused it: ${asRevoker(cluster)}`
  const flag = clusterFlag(cluster?.name)
  const more = cluster?.isOnly === true ? '' : flag
  // Each cluster has a file of its own: a kubeconfig is refused for another cluster.
  const file = `~/.countersign/apply${flag.replace(' --cluster ', '-')}.kubeconfig`
  const who =
    part === 'identity'
      ? 'a user who may do everything, for example a cluster administrator'
      : `the apply identity:\n(umask 077; mkdir -p ~/.countersign; countersign manifests kubeconfig${flag} > ${file})\nand add --kubeconfig ${file}${more} to your command`
  const others = part === 'approvals' ? ' (--approvers NAMES lets further users approve)' : ''
  const refused = `the policy ${policy} of the guard refused it`
  const again = `If countersign.yaml or policies/ changed, apply the guard again${others}`
  // It may be the apply identity, which does not apply the guard.
  if (cluster?.user?.startsWith('system:serviceaccount:'))
    return `${refused}.\n${again}, ${installAsAdmin('guard', cluster)}\nElse log in as ${who}`
  return `${refused}: log in as ${who}.\n${again}:\n${installCommand('guard', cluster)}`
}
