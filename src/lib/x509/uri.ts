// URIs of subject alternative names (RFC 3986) that every signer writes exactly as requested.

/** scheme, authority with its slashes, path and query, fragment: the order in which Go's url.Parse splits them. */
const URI = /^[a-z][a-z0-9+.-]*:(?:\/\/([^/?#]*))?([^#]*)(?:#([^#]+))?$/
/** A host without colons, or an address in brackets, and a port of digits. For any other, url.Parse fails. */
const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::\d*)?$/
const NOTHING_AFTER_SLASHES = /^[^/]*:\/\/(?:[?#]|$)/
const CHARACTERS = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/

/**
 * Returns whether Go's signers write a URI unchanged: a scheme in lower case, only characters of RFC 3986, no user information, no
 * escapes in the host, no empty fragment, and no slashes with nothing after them. They parse every other URI and write it
 * differently (a scheme in upper case, a space), so the certificate would hold another name than was judged.
 */
export function isCanonicalUri(text: string): boolean {
  const authority = URI.exec(text)?.[1] ?? ''
  const isPlain =
    URI.test(text) && CHARACTERS.test(text) && AUTHORITY.test(authority) && !/[%@]/.test(authority)
  return isPlain && !NOTHING_AFTER_SLASHES.test(text)
}
