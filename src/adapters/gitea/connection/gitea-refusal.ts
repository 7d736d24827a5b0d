// Problems of calls to a Gitea server. The codes are those of GitHub's, since the same parts of countersign act on them.
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import type { Code } from '../../../domain/problem-codes.ts'
import type { Purpose } from '../../github/connection/github-refusal.ts'

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
  { doing, needs }: Purpose,
  status: number,
  said: string,
): CountersignError {
  const [, code = 'GITHUB_ANSWER', hint = null] = BY_STATUS.find(([from]) => status >= from) ?? []
  const what = said === '' ? `HTTP ${status}` : `${said} (${status})`
  return failure(code, `could not ${doing}: ${what}`, hint?.replace('NEEDS', needs) ?? null)
}

/** The problem of a list without its count: a proxy in front of Gitea removed the header. */
export function missingCount(doing: string): CountersignError {
  return failure(
    'APPROVAL_API_INCOMPLETE',
    `could not ${doing}: the answer has no X-Total-Count`,
    'let the proxy in front of Gitea pass this header',
  )
}

export function tooLarge(doing: string): CountersignError {
  return failure('GITHUB_ANSWER', `could not ${doing}: the answer has more than 64 MiB`)
}
