// URIs of subject alternative names (RFC 3986) that every signer writes as they were asked for.

/** scheme, authority with its slashes, path and query, fragment. Go's url.Parse takes them apart in this order. */
const URI = /^[a-z][a-z0-9+.-]*:(?:\/\/([^/?#]*))?([^#]*)(?:#([^#]+))?$/
/** A host without colons, or an address in brackets, and a port of digits; any other makes url.Parse fail. */
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::\d*)?$/
const NOTHING_AFTER_SLASHES = /^[^/]*:\/\/(?:[?#]|$)/
const CHARACTERS = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/

/**
 * True for a URI with a scheme in lower case, of RFC 3986's characters alone, without user information, escapes in its
 * host, an empty fragment, or slashes that lead nowhere. Go's signers take every other one apart and put it together differently (a scheme
 * in upper case, a space), so the certificate would hold another name than was judged.
 */
export function isCanonicalUri(text: string): boolean {
  const authority = URI.exec(text)?.[1] ?? ''
  const isPlain =
    URI.test(text) && CHARACTERS.test(text) && AUTHORITY.test(authority) && !/[%@]/.test(authority)
  return isPlain && !NOTHING_AFTER_SLASHES.test(text)
}
