// Certificates in a comment that issued-comment.ts wrote. Anybody can write such a comment: what comes out proves nothing, and
// whoever uses it holds it against the key and the CA.

/** A certificate, and the request it was issued for. */
export interface CommentedCertificate {
  readonly request: string
  /** Null where nothing says it: one key may have certificates of several clusters. */
  readonly cluster: string | null
  /** PEM, leaf first. */
  readonly pem: string
}

/** The title of the folded part, then the fence with the PEM. */
const PART =
  /^<details><summary><code>([a-z0-9-]+)<\/code>(?: on <code>([^<\n]+)<\/code>)?[^<\n]*<\/summary>\n\n(`{3,})\n(-----BEGIN CERTIFICATE-----\n[^`]+?)\n\3$/gm

/** In the order of the comment. */
export function certificatesIn(comment: string): readonly CommentedCertificate[] {
  const parts = comment.replaceAll('\r\n', '\n').matchAll(PART)
  return [...parts].map(([, request = '', cluster = null, , pem = '']) => ({
    request,
    cluster,
    pem: `${pem}\n`,
  }))
}
