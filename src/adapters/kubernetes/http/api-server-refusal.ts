// Conversion of an API server's Status answers into CountersignErrors, with the RBAC rule to paste for 403.
import { z } from 'zod'
import type { Right } from '../../../domain/cluster/grant-binding.ts'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { ruleText } from '../../../lib/kubernetes/rule-text.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { clusterFlag } from '../../../lib/source/shell-word.ts'
import { bodyMessage } from './http-body.ts'
import type { Reply } from './api-transport.ts'

const LONGEST_SENTENCE = 600
const FORBIDDEN =
  /cannot ([a-z]+) resource "([a-z0-9./-]+)" in API group "([a-z0-9.-]*)" (?:in the namespace "([a-z0-9.-]+)"|at the cluster scope)/
const FORBIDDEN_PATH = /cannot ([a-z]+) path "([^"\s]+)"/

/** The server's own sentence, shortened: it is foreign text and may contain a whole CSR. */
export function statusMessage(answer: Reply): string {
  const text = bodyMessage(answer.body).trim()
  const short = text.length > LONGEST_SENTENCE ? `${text.slice(0, LONGEST_SENTENCE)} …` : text
  return short === '' ? `HTTP ${answer.status}` : short
}

/** The CountersignError for an unexpected answer. `doing` completes "could not …". With `needs` a 403 can name what is missing. */
export function apiRefusal(answer: Reply, doing: string, needs: Right): CountersignError {
  const said = statusMessage(answer)
  if (answer.status === 401)
    return failure(
      'CLUSTER_UNAUTHORIZED',
      `could not ${doing}: the API server does not accept the credential (401)`,
      'the client certificate or token is expired or of another cluster; get a new one, then run again',
    )
  const policy = refusingPolicy(said)
  if (policy !== null)
    return failure(
      'CLUSTER_FORBIDDEN',
      `could not ${doing}: ${said}`,
      policyHint(policy, said, clusterFlag(answer.cluster)),
    )
  if (answer.status === 403)
    return failure('CLUSTER_FORBIDDEN', `could not ${doing}: ${said}`, missingRule(needs, answer))
  if (
    answer.status === 400 ||
    answer.status === 404 ||
    answer.status === 409 ||
    answer.status === 413 ||
    answer.status === 422
  )
    return failure('CLUSTER_REFUSED', `could not ${doing}: ${said}`, hintFor(answer, needs, said))
  return failure(
    'CLUSTER_ANSWER',
    `could not ${doing}: HTTP ${answer.status}, ${said}`,
    'run it again; nothing is lost',
  )
}

const REFUSED_BY = /ValidatingAdmissionPolicy '([^']+)' with binding '[^']*' denied request: /
const GUARD = /^countersign-.+-(approvals|requests|records|marks|identity|bindings)$/

/** Name of the admission policy that refused; null if none did. */
export function refusingPolicy(said: string): string | null {
  return REFUSED_BY.exec(said)?.[1] ?? null
}

/** Parts of messages of the guard (setup/guard). */
const OWN_REQUESTS = 'decides on its own requests only'
const REVOKER = 'countersign manifests revoker'

/** No RBAC rule fixes this refusal, so none is printed. */
function policyHint(policy: string, said: string, flag: string): string {
  const [, part] = GUARD.exec(policy) ?? []
  if (part === undefined)
    return `an admission policy of this cluster refused it: kubectl get validatingadmissionpolicy ${policy} -o yaml`
  if (part === 'approvals' && said.includes(OWN_REQUESTS))
    return `the policy ${policy} of the guard refused it: the apply identity ${OWN_REQUESTS}. Log in as one of NAMES after:\ncountersign manifests guard --approvers NAMES${flag} | kubectl apply -f -`
  if (said.includes(REVOKER))
    return `the policy ${policy} of the guard refused it: give the user the rights of the revoker:\n${REVOKER} --user NAME${flag} | kubectl apply -f -`
  const who =
    part === 'identity'
      ? 'a user who may do everything, for example a cluster administrator'
      : `the apply identity:\n(umask 077; mkdir -p ~/.countersign; countersign manifests kubeconfig${flag} > ~/.countersign/apply.kubeconfig)\nand add --kubeconfig ~/.countersign/apply.kubeconfig to your command`
  const others = part === 'approvals' ? ' (--approvers NAMES lets further users approve)' : ''
  return `the policy ${policy} of the guard refused it: log in as ${who}.\nIf countersign.yaml or policies/ changed, apply the guard again${others}:\ncountersign manifests guard${flag} | kubectl apply -f -`
}

const HELD = z.object({
  metadata: z.object({
    deletionTimestamp: z.string(),
    finalizers: z.array(z.string()).default([]),
  }),
})

/**
 * Throws unless an accepted deletion is complete. The API server then answers with a Status. It answers with the object while a
 * finalizer keeps it, which everybody may set who may write the object.
 */
export function demandGone(answer: Reply, doing: string): void {
  const { data } = HELD.safeParse(answer.body)
  if (data === undefined) return
  const names = data.metadata.finalizers.map(quoted).join(', ')
  throw failure(
    'CLUSTER_REFUSED',
    `could not ${doing}: it stays until these finalizers are removed: ${names}`,
    'find out who set them, remove them from metadata.finalizers with kubectl edit, then run again',
  )
}

/** The CountersignError for an answer whose body has an unexpected shape. */
export function unreadable(doing: string, cause: unknown): CountersignError {
  return failure(
    'CLUSTER_ANSWER',
    `could not ${doing}: the answer is not what Kubernetes documents`,
    null,
    cause,
  )
}

/** The body of an answer 200 or 201. Throws `refusal` for another status, `unreadable` for a body of another shape. */
export function readAnswer<T>(answer: Reply, shape: z.ZodType<T>, doing: string, needs: Right): T {
  if (answer.status !== 200 && answer.status !== 201) throw apiRefusal(answer, doing, needs)
  const read = shape.safeParse(answer.body)
  if (!read.success) throw unreadable(doing, read.error)
  return read.data
}

/** Only the server's sentence says what was not found: the namespace, or an object in it. */
function hintFor(
  { status, cluster = 'NAME' }: Reply,
  { namespace }: Right,
  said: string,
): string | null {
  if (status !== 404 || namespace === undefined) return null
  if (said.includes(`namespaces "${namespace}" not found`))
    return `create the namespace first: kubectl create namespace ${namespace}`
  return /^serviceaccounts "[^"]*" not found/.test(said)
    ? `create it first: countersign manifests identity${clusterFlag(cluster)} | kubectl apply -f -`
    : null
}

/** The server's own sentence names the refused right best. `needs` is used if the sentence cannot be read. */
function missingRule(needs: Right, answer: Reply): string {
  const said = statusMessage(answer)
  const all = `(countersign manifests rbac${clusterFlag(answer.cluster)} prints all it needs)`
  const path = FORBIDDEN_PATH.exec(said)
  if (path !== null)
    return pasted('a ClusterRole', `- {nonResourceURLs: ["${path[2]}"], verbs: [${path[1]}]}`, all)
  const signer = /not permitted to (approve|sign) requests with signerName "([^"]+)"/.exec(said)
  if (signer !== null) {
    const [, verb = 'approve', name = ''] = signer
    return pasted('a ClusterRole', ruleText('certificates.k8s.io', 'signers', name, [verb]), all)
  }
  const told = FORBIDDEN.exec(said)
  const { subresource } = needs
  const needed = `${needs.resource}${subresource === undefined ? '' : `/${subresource}`}`
  const [, verb = needs.verb, resource = needed, group = needs.group] = told ?? []
  const namespace = told === null ? needs.namespace : told[4]
  const kind = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`
  const name = (resource === needed ? needs.name : null) ?? null
  const isToken = resource === 'serviceaccounts/token'
  return pasted(kind, ruleText(group, resource, name, [verb]), isToken ? TOKENS : all)
}

const TOKENS =
  '(a cluster administrator has to add it, or run the command; the guard also requires the verb approve on all signers)'

function pasted(kind: string, rule: string, more: string): string {
  return `add this rule to ${kind} bound to that user:\n${rule}\n${more}`
}
