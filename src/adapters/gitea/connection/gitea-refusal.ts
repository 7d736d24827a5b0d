// Problems of calls to a Gitea server. The codes are those of GitHub's, since the same parts of countersign act on them.
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import type { Code } from '../../../domain/problem-codes.ts'

/** Purpose of a call: `doing` completes "could not …", `needs` is a scope of a Gitea token, with what the account has to be. */
export interface GiteaPurpose {
  readonly doing: string
  readonly needs: string
}

const AGAIN = 'nothing is lost; run it again'

/** Code and hint of a status, the first that is not above it. `NEEDS` is replaced. */
const BY_STATUS: readonly (readonly [from: number, code: Code, hint: string | null])[] = [
  [500, 'GITHUB_UNAVAILABLE', AGAIN],
  [430, 'GITHUB_ANSWER', null],
  [429, 'GITHUB_LIMIT', 'run it again later'],
  [411, 'GITHUB_ANSWER', null],
  [404, 'GITHUB_NOT_FOUND', 'check the name; Gitea says the same if the token lacks NEEDS'],
  [403, 'GITHUB_FORBIDDEN', 'the token needs NEEDS'],
  [
    401,
    'GITHUB_UNAUTHORIZED',
    'the token is expired, deleted or of another server; it needs NEEDS',
  ],
  [400, 'GITHUB_ANSWER', null],
  [300, 'GITHUB_NOT_FOUND', 'it has moved: use the name and the address that it has now'],
  [0, 'GITHUB_ANSWER', null],
]

/** The problem of an answer with another status than 200. `said`: Gitea's own message, empty if it gives none. */
export function giteaStatus(
  { doing, needs }: GiteaPurpose,
  status: number,
  said: string,
): CountersignError {
  const [, code = 'GITHUB_ANSWER', hint = null] = BY_STATUS.find(([from]) => status >= from) ?? []
  const what = said === '' ? `HTTP ${status}` : `${said} (${status})`
  return failure(code, `could not ${doing}: ${what}`, hint?.replace('NEEDS', needs) ?? null)
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
