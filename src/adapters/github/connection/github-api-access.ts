// Address of GitHub's API, and the token for it.
import { failure } from '../../../domain/problem.ts'
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

export interface ApiAddress {
  /** Without a slash at the end. */
  readonly url: string
  readonly isLoopback: boolean
}

/** Throws GITHUB_INSECURE unless the address is https or on this machine: others could read the token in transit. */
export function apiAddress(text: string): ApiAddress {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.username !== '' || url.password !== '' || url.search + url.hash !== '')
    throw failure(
      'GITHUB_INSECURE',
      `${url === null ? text : url.origin} is not the address of an API`,
      'write it as https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise Server',
    )
  const isLoopback = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
    throw failure(
      'GITHUB_INSECURE',
      `${url.origin} is not https, and the token would be readable on the way`,
      'use the https address of the API',
    )
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), isLoopback }
}
