// Access to GitHub's API: its address, and the token for it.
import { usageFailure } from '../../../domain/problem.ts'
import type { Secret } from '../../../domain/request/secret-value.ts'

/** Returns a token that is valid now. Throws GITHUB_ codes. */
export type TokenSource = () => Promise<Secret<string>>

export interface GithubAccess {
  /**
   * Base of the REST API: https://api.github.com, or https://HOST/api/v3 of an Enterprise Server. The GraphQL address follows from
   * it.
   */
  readonly apiUrl: string
  readonly token: Secret<string> | TokenSource
  /** countersign's own version, for the User-Agent. */
  readonly version: string
  /** A person gave the token, not a job: hints name scopes instead of `permissions`. */
  readonly isOfPerson?: boolean
  /** Takes the Date header of each answer. */
  readonly hears?: (date: unknown) => void
}

/** The text of a token for a header. Throws RUN_USAGE for one that no header can hold: the error of a library would show it. */
export function tokenText(token: Secret<string>): string {
  const text = token.reveal().trim()
  if (/^[\u0021-\u007e]+$/.test(text)) return text
  throw usageFailure(
    'the token cannot be one: it has a space, a line break or a character outside of ASCII',
    'set the variable to the token alone',
  )
}
