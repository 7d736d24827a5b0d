// Conversion of an API server's Status answers into CountersignErrors, with the RBAC rule to paste for 403.
import { z } from 'zod'
import type { Right } from '../../../domain/cluster/grant-binding.ts'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { ruleText } from '../../../lib/kubernetes/rule-text.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { clusterFlag, installAsAdmin, installCommand } from '../../../lib/source/shell-word.ts'
import { admissionRefusal, asRevoker } from './admission-refusal.ts'
import { bodyMessage } from './http-body.ts'
import type { Reply } from './api-transport.ts'

const LONGEST_SENTENCE = 600
const FORBIDDEN =
  /cannot ([a-z]+) resource "([a-z0-9./-]+)" in API group "([a-z0-9.-]*)" (?:in the namespace "([a-z0-9.-]+)"|at the cluster scope)/
const FORBIDDEN_PATH = /cannot ([a-z]+) path "([^"\s]+)"/
const FORBIDDEN_SIGNER = /not permitted to (approve|sign) requests with signerName "([^"]+)"/
/** A role or binding that gives more than its writer has. */
export const ESCALATION = 'is attempting to grant RBAC permissions not currently held'

/** The server's own sentence, shortened: it is foreign text and may contain a whole CSR. */
export function statusMessage(answer: Reply): string {
  const text = bodyMessage(answer.body).trim()
  const short = text.length > LONGEST_SENTENCE ? `${text.slice(0, LONGEST_SENTENCE)} …` : text
  return short === '' ? `HTTP ${answer.status}` : short
}

/** Whether a webhook refused a dry run because it takes none: it says nothing about the write. */
export function takesNoDryRun(answer: Reply): boolean {
  return answer.status === 400 && statusMessage(answer).includes('does not support dry run')
}

/** The CountersignError for an unexpected answer. `doing` completes "could not …". With `needs` a 403 can name what is missing. */
export function apiRefusal(answer: Reply, doing: string, needs: Right): CountersignError {
  const said = statusMessage(answer)
  const admission = admissionRefusal(said, needs, answer.cluster)
  if (admission !== null)
    return failure(admission.code, `could not ${doing}: ${said}`, admission.hint)
  if (answer.status === 401)
    return failure(
      'CLUSTER_UNAUTHORIZED',
      `could not ${doing}: the API server does not accept the credential (401)`,
      'the client certificate or token is expired or of another cluster; get a new one, then run again',
    )
  if (answer.status === 403 && isAboutRights(said))
    return failure('CLUSTER_FORBIDDEN', `could not ${doing}: ${said}`, missingRule(needs, answer))
  if ([400, 403, 404, 409, 413, 422].includes(answer.status)) {
    const code = isWithoutNamespace(needs, said) ? 'CLUSTER_NOT_SET_UP' : 'CLUSTER_REFUSED'
    return failure(code, `could not ${doing}: ${said}`, hintFor(answer, needs, said))
  }
  return failure(
    'CLUSTER_ANSWER',
    `could not ${doing}: HTTP ${answer.status}, ${said}`,
    'run it again; nothing is lost',
  )
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
function hintFor({ status, cluster }: Reply, needs: Right, said: string): string | null {
  const { namespace } = needs
  if (status !== 404 || namespace === undefined) return null
  if (isWithoutNamespace(needs, said))
    return `create the namespace first: ${cluster?.kubectl ?? 'kubectl'} create namespace ${namespace}`
  return /^serviceaccounts "[^"]*" not found/.test(said)
    ? `create it first: ${installCommand('identity', cluster ?? { name: 'NAME' })}`
    : null
}

function isWithoutNamespace({ namespace }: Right, said: string): boolean {
  return namespace !== undefined && said.includes(`namespaces "${namespace}" not found`)
}

/** Whether a 403 is for a missing right: its sentence says so, or gives no reason at all. */
function isAboutRights(said: string): boolean {
  const isNamed = [FORBIDDEN, FORBIDDEN_PATH, FORBIDDEN_SIGNER].some(each => each.test(said))
  return isNamed || said.includes(ESCALATION) || !said.includes(' is forbidden: ')
}

/** The server's own sentence names the refused right best. `needs` is used if the sentence cannot be read. */
function missingRule(needs: Right, answer: Reply): string {
  const said = statusMessage(answer)
  const { command = '', kubectl = 'kubectl' } = answer.cluster ?? {}
  if (said.includes(ANONYMOUS))
    return `the API server found no credential that it knows: look at the user of the kubeconfig. This shows who it takes you for:\n${kubectl} auth whoami`
  if (command === 'revoke') return asRevoker(answer.cluster)
  // `manifests rbac` binds users, `manifests identity` the service accounts of apply and plan.
  const rights = said.includes('User "system:serviceaccount:')
    ? `all it needs, ${installAsAdmin('identity', answer.cluster)}`
    : `(countersign manifests rbac${clusterFlag(answer.cluster?.name)} prints all it needs)`
  const all = OTHERS.test(command) || OF_OTHERS.test(said) ? '' : `\n${rights}`
  const path = FORBIDDEN_PATH.exec(said)
  if (path !== null)
    return pasted('a ClusterRole', `- {nonResourceURLs: ["${path[2]}"], verbs: [${path[1]}]}`, all)
  const signer = FORBIDDEN_SIGNER.exec(said)
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

const ANONYMOUS = 'User "system:anonymous" cannot'

/** Commands that need fewer rights than apply, or other ones. */
const OTHERS = /^(?:status|audit|prove|kubeconfig|credential|csr .*)$/

/** Rights that no role of apply has: `import --nodes` and the controller need them. */
const OF_OTHERS = /cannot \w+ resource "(?:nodes|leases)" in/

const TOKENS =
  '\n(a cluster administrator has to add it, or run the command; the guard also requires the verb approve on all signers)'

function pasted(kind: string, rule: string, more: string): string {
  return `add this rule to ${kind} bound to that user:\n${rule}${more}`
}
