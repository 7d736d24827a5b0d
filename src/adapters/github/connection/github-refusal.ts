// Conversion of faults into CountersignErrors, with the permissions to paste.
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { describeCause } from '../../kubernetes/http/connection-faults.ts'
import type { Fault, GraphqlFault } from './github-fault.ts'
import { isTooSlow } from './github-retry.ts'

/** Purpose of a request: `doing` completes "could not …", `needs` is a permission of a workflow or an app. */
export interface Purpose {
  readonly doing: string
  readonly needs: string
}

const AGAIN = 'nothing is lost; run it again'

/** Read permissions that the job needs, as YAML to paste. */
const PERMISSIONS = `in a workflow give the job
permissions:
  contents: read
  pull-requests: read
  actions: read`
const SCOPES =
  'the token comes from --token-env, GITHUB_TOKEN, GH_TOKEN or gh auth login. A classic token needs the scope repo (gh auth refresh --scopes repo). A fine-grained one for this repository needs'
const READS = 'contents: read, pull-requests: read, actions: read'

interface AskingAs extends Purpose {
  readonly isOfPerson: boolean
}

export function githubRefusal(fault: Fault, asking: AskingAs, origin: string): CountersignError {
  const { doing } = asking
  if (isTooSlow(fault))
    return failure(
      'GITHUB_TIMEOUT',
      `could not ${doing}: ${origin} did not finish the answer in time`,
      AGAIN,
    )
  switch (fault.kind) {
    case 'broken':
    case 'timeout':
      return unreachable(fault, doing, origin)
    case 'unreadable':
      return failure(
        'GITHUB_ANSWER',
        `could not ${doing}: the answer of ${origin} breaks off`,
        AGAIN,
      )
    case 'limited':
      return limited(fault, doing)
    case 'status':
      return byStatus(fault, asking)
    case 'graphql':
      return byErrors(fault.errors, asking)
  }
}

/** The error for an answer without the documented shape. */
export function notUnderstood(doing: string, cause: unknown): CountersignError {
  return failure(
    'GITHUB_ANSWER',
    `could not ${doing}: the answer is not what the server documents`,
    null,
    cause,
  )
}

/** The error for an answer that says, or shows, that a part of it is missing. */
export function incomplete(what: string): CountersignError {
  return failure(
    'APPROVAL_API_INCOMPLETE',
    `the server did not give all of ${what}`,
    'nothing is decided on incomplete data; run it again',
  )
}

function unreachable(fault: Fault, doing: string, origin: string): CountersignError {
  const cause = fault.kind === 'broken' ? fault.cause : null
  return failure(
    'GITHUB_UNREACHABLE',
    `could not ${doing}: ${origin} cannot be reached: ${describeCause(cause)}`,
    'check the address, the network and the proxy; nothing is lost, run it again',
    cause,
  )
}

function limited(
  { frees, waitMs }: Extract<Fault, { readonly kind: 'limited' }>,
  doing: string,
): CountersignError {
  const until =
    frees === null
      ? `for another ${Math.ceil(waitMs / 1000)} seconds`
      : `until ${frees.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return failure(
    'GITHUB_LIMIT',
    `could not ${doing}: GitHub accepts no more calls with this token ${until}`,
    'run it again then; a token of a GitHub App has more calls an hour',
  )
}

function byStatus(
  { status, message, accepted }: Extract<Fault, { readonly kind: 'status' }>,
  { doing, needs, isOfPerson }: AskingAs,
): CountersignError {
  const said = message === '' ? `HTTP ${status}` : `${message} (${status})`
  if (status === 401)
    return failure(
      'GITHUB_UNAUTHORIZED',
      `could not ${doing}: GitHub does not accept the token (401)`,
      `the token is expired, revoked or of another host; ${isOfPerson ? `${SCOPES} ${READS}` : PERMISSIONS}`,
    )
  if (status === 403) return forbidden(`could not ${doing}: ${said}`, accepted ?? needs, isOfPerson)
  if (status === 404 || status === 410 || status === 451 || status < 400)
    return notFound(`could not ${doing}: ${status < 400 ? 'it has moved' : said}`, needs)
  if (status >= 500) return failure('GITHUB_UNAVAILABLE', `could not ${doing}: ${said}`, AGAIN)
  return failure('GITHUB_ANSWER', `could not ${doing}: ${said}`, null)
}

function byErrors(errors: readonly GraphqlFault[], asking: AskingAs): CountersignError {
  const { doing, needs, isOfPerson } = asking
  const [first = { type: '', message: 'no reason given', path: '' }] = errors
  const said = `could not ${doing}: ${first.message}`
  const forbids = errors.find(({ type }) => type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')
  if (forbids !== undefined)
    return forbidden(`could not ${doing}: ${forbids.message}`, needs, isOfPerson)
  if (first.type === 'NOT_FOUND') return notFound(said, needs, /PullRequest/.test(said))
  return failure(
    'APPROVAL_API_INCOMPLETE',
    first.path === '' ? said : `${said} (at ${first.path})`,
    'nothing is decided on incomplete data; run it again',
  )
}

function notFound(message: string, needs: string, isPull = false): CountersignError {
  return failure(
    'GITHUB_NOT_FOUND',
    message,
    `check ${isPull ? 'the number of the pull request' : 'the name of the repository'}; GitHub says the same where the token lacks ${spelled(needs)}`,
  )
}

function forbidden(message: string, needs: string, isOfPerson: boolean): CountersignError {
  return failure('GITHUB_FORBIDDEN', message, permissionHint(needs, isOfPerson))
}

function permissionHint(needs: string, isOfPerson: boolean): string {
  if (/members/.test(needs))
    return `the token of the GitHub App needs the organization permission ${spelled(needs)}`
  if (/administration/.test(needs))
    return `the token needs ${spelled(needs)}, and to be of an administrator of the repository; run: gh auth login`
  const how = isOfPerson ? `${SCOPES} ${spelled(needs)}` : PERMISSIONS
  return `the token lacks ${spelled(needs)}; ${how}`
}

/** GitHub writes `pull_requests=read` in headers and `pull-requests: read` in workflows. */
function spelled(needs: string): string {
  return needs.replaceAll('_', '-').replaceAll('=', ': ')
}
