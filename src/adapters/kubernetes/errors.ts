// What an API server's refusal means, in the user's words: Status bodies → CountersignError, with the rule to paste for 403.
import { z } from 'zod'
import { failure } from '../../domain/problem.ts'
import type { CountersignError } from '../../domain/problem.ts'
import type { Answer } from './transport.ts'

const STATUS = z.object({ message: z.string().optional(), reason: z.string().optional() })

/** What a call needs, so that a 403 can say which rule is missing. */
export interface NeededRule {
  readonly apiGroup: string
  readonly resource: string
  readonly verb: string
  readonly namespace: string | null
  readonly name: string | null
}

/** The server's own sentence, cut: it is text from elsewhere and may hold a whole certificate request. */
export function statusMessage(answer: Answer): string {
  const status = STATUS.safeParse(answer.body)
  const text = status.success
    ? (status.data.message ?? status.data.reason ?? '')
    : String(answer.body)
  const short = text.length > 600 ? `${text.slice(0, 600)} …` : text
  return short === '' ? `HTTP ${answer.status}` : short
}

/** The CountersignError for an answer that is none of the expected ones. `doing` finishes "could not …". */
export function refusal(answer: Answer, doing: string, needs: NeededRule): CountersignError {
  const said = statusMessage(answer)
  if (answer.status === 401)
    return failure(
      'CLUSTER_UNAUTHORIZED',
      `could not ${doing}: the API server does not accept the credential (401)`,
      'the client certificate or token is expired or of another cluster; get a new one, then run again',
    )
  if (answer.status === 403)
    return failure('CLUSTER_FORBIDDEN', `could not ${doing}: ${said}`, missingRule(needs, said))
  if (
    answer.status === 400 ||
    answer.status === 404 ||
    answer.status === 409 ||
    answer.status === 413 ||
    answer.status === 422
  )
    return failure('CLUSTER_REFUSED', `could not ${doing}: ${said}`, hintFor(answer, needs))
  return failure(
    'CLUSTER_ANSWER',
    `could not ${doing}: HTTP ${answer.status}, ${said}`,
    'run it again; nothing is lost',
  )
}

/** The same for an answer whose body has not the expected shape. */
export function unreadable(doing: string, cause: unknown): CountersignError {
  return failure(
    'CLUSTER_ANSWER',
    `could not ${doing}: the answer is not what Kubernetes documents`,
    null,
    cause,
  )
}

function hintFor(answer: Answer, needs: NeededRule): string | null {
  if (answer.status === 404 && needs.namespace !== null)
    return `create the namespace first: kubectl create namespace ${needs.namespace}`
  return null
}

function missingRule(needs: NeededRule, said: string): string {
  const signer = /not permitted to (approve|sign) requests with signerName "([^"]+)"/.exec(said)
  const rule =
    signer === null
      ? ruleLine(needs.apiGroup, needs.resource, needs.name, needs.verb)
      : ruleLine('certificates.k8s.io', 'signers', signer[2] ?? null, signer[1] ?? 'approve')
  const kind =
    needs.namespace === null || signer !== null
      ? 'a ClusterRole'
      : `a Role in namespace ${needs.namespace}`
  return `add this rule to ${kind} bound to that user:\n${rule}\n(countersign manifests rbac prints all it needs)`
}

function ruleLine(apiGroup: string, resource: string, name: string | null, verb: string): string {
  const names = name === null ? '' : `resourceNames: [${JSON.stringify(name)}], `
  return `- {apiGroups: [${JSON.stringify(apiGroup)}], resources: [${resource}], ${names}verbs: [${verb}]}`
}
