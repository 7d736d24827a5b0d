// Access to GitHub's API: its address, and the token for it.
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
}
