// One look for a newer certificate of a requester's own key, with as few calls as possible: one call if nothing changed, and one if
// the known CA signed the new certificate. The configuration is read only if that is not enough.
import { ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { isNewerForKey, newestCertificate } from '../../core/certificate/newest-certificate.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import type { MarkedComment } from '../../domain/proof/marked-comment.ts'
import type { CertificateArtifacts } from '../../ports/artifacts.ts'
import type { Comments } from '../../ports/comments.ts'
import { certificatesIn, pemsOfRequest } from '../../output/comment/certificates-in-comment.ts'
import type {
  CommentedCertificate,
  FoundCertificates,
} from '../../output/comment/certificates-in-comment.ts'
import { ISSUED_MARKER } from '../../output/comment/outcome-comment.ts'
import type { CredentialOwner, KnownCertificate, Look } from './current-credential.ts'
import { joinCertificate } from './join-certificate.ts'
import type { Joining, JoinPorts } from './join-certificate.ts'

export interface LookPorts extends JoinPorts {
  /** Returns the certificates at their source; null if nothing changed since the last look. */
  readonly source: (known: KnownCertificate) => Promise<RecentCertificates | null>
}

export type Looking = Omit<Joining, 'from' | 'certificates'>

/**
 * Returns the newer certificate, null in `found` if there is none. Refuses with the codes of `joinCertificate`; throws what `source`
 * throws, and GITHUB_ codes.
 */
export async function lookForCertificate(
  ports: LookPorts,
  looking: Looking,
  known: KnownCertificate,
): Promise<Checked<Look>> {
  const source = await ports.source(known)
  if (source === null) return ok({ found: null, etag: known.etag, warnings: [] })
  const { certificates, etag } = source
  const now = ports.clock.now()
  const quick = quickAnswer(certificates, looking, known, now)
  if (quick !== null) return ok({ ...quick, etag })
  const joined = await joinCertificate(ports, {
    ...looking,
    cluster: looking.cluster ?? known.cluster,
    from: source.from,
    certificates,
  })
  if (!joined.ok) return joined
  const { warnings, ...found } = joined.value
  const isNewer = known.notBefore === null || found.notBefore > known.notBefore
  return ok({ found: isNewer ? found : null, etag, warnings })
}

export interface RecentCertificates extends FoundCertificates {
  readonly etag: string | null
}

/** Returns the certificates in the comments that changed last; null if no comment changed since `known`. Throws GITHUB_ codes. */
export async function recentCertificates(
  comments: Pick<Comments, 'recentMarked'>,
  { name, spki, repository }: CredentialOwner,
  known: Pick<KnownCertificate, 'notBefore' | 'etag'>,
): Promise<RecentCertificates | null> {
  // A comment of a person may be a forgery that hides the real one, so reading goes on after it.
  const isEnough = (comment: MarkedComment): boolean =>
    comment.isByProgram &&
    pemsOfRequest(certificatesIn(comment), name, null).some(pem => isNewerForKey(pem, spki, null))
  const since = { since: known.notBefore, etag: known.etag }
  const recent = await comments.recentMarked(ISSUED_MARKER, since, isEnough)
  if (recent === null) return null
  const from = `in the comments of ${repository}`
  return { certificates: recent.comments.flatMap(certificatesIn), from, etag: recent.etag }
}

/**
 * Returns the certificates in the newest artifacts of that name; null if there is no new artifact since `known`. Anyone who can run
 * workflows can upload one, so none is trusted, and reading ends only at a newer certificate that the known CA signed. Throws GITHUB_
 * codes and SINK_ARTIFACT_BROKEN.
 */
export async function artifactCertificates(
  artifacts: CertificateArtifacts,
  artifact: string,
  { name, spki, repository, now }: CredentialOwner & { readonly now: Date },
  known: KnownCertificate,
): Promise<RecentCertificates | null> {
  const inArtifact = (pem: string): CommentedCertificate => ({
    request: name,
    cluster: null,
    pem,
    isTrusted: false,
  })
  const isEnough = (pem: string): boolean =>
    (quickAnswer([inArtifact(pem)], { name, spki }, known, now)?.found ?? null) !== null
  const place = { artifact, file: `${name}.crt` }
  const since = { since: known.notBefore, etag: known.etag }
  const recent = await artifacts.recentCertificates(place, since, isEnough)
  if (recent === null) return null
  const from = `in artifact ${artifact} of ${repository}`
  return { certificates: recent.pems.map(inArtifact), from, etag: recent.etag }
}

/** Null if the configuration has to be read: the cluster or its CA is not known, or another CA signed the certificate. */
function quickAnswer(
  certificates: readonly CommentedCertificate[],
  { name, spki }: Pick<Looking, 'name' | 'spki'>,
  { cluster, signerCa, renewBefore, notBefore }: KnownCertificate,
  now: Date,
): Omit<Look, 'etag'> | null {
  if (cluster === null) return null
  const newer = pemsOfRequest(certificates, name, cluster).filter(pem =>
    isNewerForKey(pem, spki, notBefore),
  )
  if (newer.length === 0) return notBefore === null ? null : { found: null, warnings: [] }
  const cas = signerCa === null ? null : readCertificates(signerCa)
  if (cas?.ok !== true) return null
  const newest = newestCertificate(newer, { name, spki, signerCa: cas.value, now })
  if (newest?.ok !== true) return null
  const { chain, warnings } = newest.value
  const { leaf } = chain
  const dates = { notBefore: leaf.notBefore, notAfter: leaf.notAfter }
  return {
    found: { cluster, certificate: chainPem(chain), ...dates, signerCa, renewBefore },
    warnings,
  }
}
