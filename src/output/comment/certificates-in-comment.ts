// Certificates in a comment that outcome-comment.ts wrote. Anyone can write such a comment, so the result proves nothing. The
// caller checks each certificate against the key and the CA.
import type { MarkedComment } from '../../domain/proof/marked-comment.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { Config } from '../../domain/request/config.ts'

/** Whether the comment after apply has the certificates for keys that requesters hold. */
export function hasCertificates(
  { visibility }: Pick<RepositoryFacts, 'visibility'>,
  { certificatesInPublicComments: isAllowed }: Pick<Config, 'certificatesInPublicComments'>,
): boolean {
  return visibility !== 'public' || isAllowed
}

/** A certificate and the name of its request. */
export interface CommentedCertificate {
  readonly request: string
  /** Null if the comment does not name it: one key may have certificates of several clusters. */
  readonly cluster: string | null
  /** PEM, leaf first. */
  readonly pem: string
  /** From a program's comment, or from a file that the person named. Others count only if the CA of the signer is known. */
  readonly isTrusted: boolean
}

/** Certificates and their source, as text for people. */
export interface FoundCertificates {
  readonly from: string
  readonly certificates: readonly CommentedCertificate[]
}

/** The title of the folded part, then the fence with the PEM. */
const PART =
  /^<details><summary><code>([a-z0-9-]+)<\/code>(?: on <code>([^<\n]+)<\/code>)?[^<\n]*<\/summary>\n\n(`{3,})\n(-----BEGIN CERTIFICATE-----\n[^`]+?)\n\3$/gm

/** In the order of the comment. */
export function certificatesIn({
  body,
  isByProgram,
}: MarkedComment): readonly CommentedCertificate[] {
  const parts = body.replaceAll('\r\n', '\n').matchAll(PART)
  return [...parts].map(([, request = '', cluster = null, , pem = '']) => ({
    request,
    cluster,
    pem: `${pem}\n`,
    isTrusted: isByProgram,
  }))
}

/** Returns the PEM of the certificates of a request; a certificate without a cluster may be of any. `cluster` null takes all. */
export function pemsOfRequest(
  certificates: readonly CommentedCertificate[],
  name: string,
  chosen: string | null,
): readonly string[] {
  const own = certificates.filter(
    ({ request, cluster }) =>
      request === name && (cluster === null || chosen === null || cluster === chosen),
  )
  return own.map(({ pem }) => pem)
}
