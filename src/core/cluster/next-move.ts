// The next move for the state of a CertificateSigningRequest. It depends on the object alone, so a run can resume anywhere.
import type { Problem } from '../../domain/problem.ts'
import type {
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'
import { decodePem } from '../../lib/x509/pem.ts'
import { readPkcs10 } from '../../lib/x509/pkcs10.ts'
import { APPROVED_REASON } from './signing-request-manifest.ts'
import { deniedInCluster, failedBySigner } from './signing-errors.ts'

export type Move =
  | { readonly move: 'approve' }
  | { readonly move: 'wait' }
  | { readonly move: 'collect'; readonly certificate: string }
  | { readonly move: 'stop'; readonly problem: Problem }

/**
 * Returns `stop` with CLUSTER_DENIED or CLUSTER_FAILED for a Denied or Failed request, whatever else is set. Else returns `approve`
 * until the request is approved, even if it holds a certificate; then `wait`, or `collect` with the PEM of the certificate.
 * client-go judges the conditions in the same way (util/certificate/csr/csr.go, WaitForCertificate).
 */
export function nextMove(seen: SigningRequest): Move {
  const denied = condition(seen, 'Denied')
  if (denied !== undefined) return { move: 'stop', problem: deniedInCluster(seen, denied) }
  const failed = condition(seen, 'Failed')
  if (failed !== undefined) return { move: 'stop', problem: failedBySigner(seen, failed) }
  if (condition(seen, 'Approved') === undefined) return { move: 'approve' }
  if (seen.certificate === null) return { move: 'wait' }
  return { move: 'collect', certificate: seen.certificate }
}

/**
 * Returns whether the object found under our name is ours: created by `username`, with the same spec (only the signature of the
 * PKCS#10 may differ), and without a condition other than our own approval. Anyone may create an object of that name first; to
 * approve it would sign their key.
 */
export function isOurs(
  found: SigningRequest,
  manifest: SigningRequestManifest,
  username: string,
): boolean {
  return (
    asksTheSame(found.request, manifest.request) &&
    found.signerName === manifest.signerName &&
    found.expirationSeconds === manifest.expirationSeconds &&
    found.usages.join() === manifest.usages.join() &&
    found.username === username &&
    found.conditions.every(({ type, reason }) => type === 'Approved' && reason === APPROVED_REASON)
  )
}

/** Compares the signed part only: ECDSA signs the same CertificationRequestInfo differently each time. */
function asksTheSame(found: string, sent: string): boolean {
  if (found === sent) return true
  const [one, other] = [infoOf(found), infoOf(sent)]
  return one !== null && other !== null && Buffer.compare(one, other) === 0
}

function infoOf(pem: string): Uint8Array | null {
  const der = decodePem(pem, 'CERTIFICATE REQUEST')
  const read = der.ok ? readPkcs10(der.value) : der
  return read.ok ? read.value.info : null
}

function condition(
  seen: SigningRequest,
  type: string,
): SigningRequest['conditions'][number] | undefined {
  return seen.conditions.find(candidate => candidate.type === type && candidate.status === 'True')
}
