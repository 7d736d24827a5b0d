// The rule for addresses that a credential may be sent to.
import { failure } from '../../domain/problem.ts'

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/

/** https, or http that does not leave this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}

export interface ApiAddress {
  /** Without a slash at the end. */
  readonly url: string
  readonly isLoopback: boolean
}

/**
 * Throws GITHUB_INSECURE unless the text is an address that gets a token only over https, or on this machine: others could read the token in
 * transit. `what`: what it should be the address of.
 */
export function apiAddress(
  text: string,
  what: 'an API' | 'a Gitea server',
  example: string,
): ApiAddress {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.username + url.password + url.search + url.hash !== '')
    throw failure(
      'GITHUB_INSECURE',
      `${url === null ? text : url.origin} is not the address of ${what}`,
      `write it as ${example}`,
    )
  if (!isSecure(url))
    throw failure(
      'GITHUB_INSECURE',
      `${url.origin} is not https, and the token would be readable on the way`,
      what === 'an API'
        ? 'use the https address of the API'
        : 'use the https address of the server',
    )
  const isLoopback = LOOPBACK.test(url.hostname)
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), isLoopback }
}
