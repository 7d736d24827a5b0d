// Problems of calls to a Gitea server. The codes are those of GitHub's, since the same parts of countersign act on them.
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { describeCause } from '../../kubernetes/http/connection-faults.ts'

/** Purpose of a call: `doing` completes "could not …", `needs` is a scope of a Gitea token, with what the account has to be. */
export interface GiteaPurpose {
  readonly doing: string
  readonly needs: string
}

const AGAIN = 'nothing is lost; run it again'

export function giteaUnreachable(
  { doing }: GiteaPurpose,
  origin: string,
  cause: unknown,
): CountersignError {
  if (cause instanceof DOMException)
    return failure(
      'GITHUB_TIMEOUT',
      `could not ${doing}: ${origin} did not finish the answer in time`,
      AGAIN,
    )
  return failure(
    'GITHUB_UNREACHABLE',
    `could not ${doing}: ${origin} cannot be reached: ${describeCause(cause)}`,
    `check the address, the network and the proxy; ${AGAIN}`,
    cause,
  )
}

/** The problem of an answer with another status than 200. `said`: Gitea's own message, empty if it gives none. */
export function giteaStatus(
  { doing, needs }: GiteaPurpose,
  status: number,
  said: string,
): CountersignError {
  const what = `could not ${doing}: ${said === '' ? `HTTP ${status}` : `${said} (${status})`}`
  if (status === 401)
    return failure(
      'GITHUB_UNAUTHORIZED',
      `could not ${doing}: Gitea does not accept the token (401)`,
      `the token is expired, deleted or of another server; it needs ${needs}`,
    )
  if (status === 403) return failure('GITHUB_FORBIDDEN', what, `the token needs ${needs}`)
  if (status >= 300 && status < 400)
    return failure(
      'GITHUB_NOT_FOUND',
      `could not ${doing}: it has moved`,
      'use the name and address that the repository has now: others may take the old one',
    )
  if (status === 404 || status === 410)
    return failure(
      'GITHUB_NOT_FOUND',
      what,
      `check the name of the repository; Gitea says the same if the token lacks ${needs}`,
    )
  if (status === 429) return failure('GITHUB_LIMIT', what, 'run it again later')
  if (status >= 500) return failure('GITHUB_UNAVAILABLE', what, AGAIN)
  return failure('GITHUB_ANSWER', what, null)
}

/** The problem of an answer without the shape that Gitea documents. */
export function notOfGitea(doing: string, cause: unknown): CountersignError {
  return failure(
    'GITHUB_ANSWER',
    `could not ${doing}: the answer is not what Gitea documents`,
    'check that the address is that of the Gitea server',
    cause,
  )
}

/** The problem of a list without its count: a proxy in front of Gitea removed the header. */
export function missingCount(doing: string): CountersignError {
  return failure(
    'APPROVAL_API_INCOMPLETE',
    `could not ${doing}: the answer has no X-Total-Count`,
    'let the proxy in front of Gitea pass this header',
  )
}

/** The problem of an answer that says, or shows, that a part of it is missing. */
export function missingPart(what: string): CountersignError {
  return failure(
    'APPROVAL_API_INCOMPLETE',
    `Gitea did not give all of ${what}`,
    'nothing is decided on incomplete data; run it again',
  )
}
