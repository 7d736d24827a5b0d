// Rules for the key, its signature and the size of the request.
import { sum } from '../../domain/lists.ts'
import { placeOf, memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Problem } from '../../domain/problem.ts'
import type { PublicKey } from '../../domain/cluster/certificate.ts'
import { EXTENSION_OIDS, extensionName } from '../x509/oids.ts'
import type { Rule } from './kubernetes-rule.ts'
import { isBuiltIn } from './built-in-signers.ts'

/** In bits. Go's TLS refuses client certificates with larger RSA keys; smaller ones are weak. */
const RSA_BITS = { least: 2048, most: 8192 }
const CURVES: readonly (number | null)[] = [256, 384, 521]
/** etcd accepts 1.5 MiB, but no request needs a hundredth of it, and every reader of the cluster receives it. */
const MOST_BYTES = 16 * 1024
/** Key, signature and frame around the names, for the longest key. */
const FRAME_BYTES = 2600
const JUDGED_EXTENSIONS: ReadonlySet<string> = new Set([
  EXTENSION_OIDS.subjectAltName,
  EXTENSION_OIDS.keyUsage,
  EXTENSION_OIDS.extendedKeyUsage,
  EXTENSION_OIDS.basicConstraints,
  EXTENSION_OIDS.subjectKeyIdentifier,
])
/** Every other algorithm is weak, or Go does not verify it. */
const STRONG_SIGNATURE = /sha-?(?:256|384|512)|^ed25519$/i

/**
 * Returns SIGNER_KEY for a key other than RSA 2048 to 8192, ECDSA P-256, P-384 or P-521, or Ed25519. For the requester's own
 * PKCS#10 also for a signature without SHA-2 and for a request for a CA certificate.
 */
export const keyIsUsable: Rule = request => {
  if (request.key.kind === 'generated') {
    const { algorithm, size } = request.key.spec
    return fault(request, 'privateKey', keyFault({ algorithm, size }))
  }
  const { pkcs10 } = request.key
  return [
    ...fault(request, 'request', keyFault(pkcs10.publicKey)),
    ...fault(
      request,
      'request',
      STRONG_SIGNATURE.test(pkcs10.signatureAlgorithm)
        ? null
        : `the signature algorithm ${pkcs10.signatureAlgorithm} is not SHA-2`,
    ),
    ...fault(
      request,
      'request',
      pkcs10.isCa
        ? 'the request asks for a CA certificate, and no signer of Kubernetes makes one'
        : null,
      'make the request without the extension basicConstraints (CA:TRUE)',
    ),
  ]
}

/**
 * Returns SIGNER_EXTENSION for each extension of the requester's own PKCS#10 that no rule judges, if a signer other than
 * Kubernetes' own may copy it into the certificate.
 */
export const extensionsAreKnown: Rule = request => {
  if (request.key.kind === 'generated' || isBuiltIn(request.signerName)) return []
  return request.key.pkcs10.extensions
    .filter(({ oid }) => !JUDGED_EXTENSIONS.has(oid))
    .map(({ oid }) => ({
      code: 'SIGNER_EXTENSION',
      at: placeOf(request.places, 'request'),
      message: `the request asks for the extension ${extensionName(oid)}, which no rule checks, and ${request.signerName} may sign it`,
      hint: 'make the request without it',
    }))
}

/** Returns SIGNER_SIZE if the PKCS#10 has more than 16 KiB. For a request that is not made yet, an upper bound is judged. */
export const requestIsSmall: Rule = request => {
  const bytes = sizeOf(request)
  if (bytes <= MOST_BYTES) return []
  return [
    {
      code: 'SIGNER_SIZE',
      at: placeOf(request.places, 'request'),
      message: `the request has ${bytes} bytes; ${MOST_BYTES} are the most`,
      hint: 'request fewer names',
    },
  ]
}

/** Size in bytes; of a request that is not made yet, an upper bound. */
function sizeOf({ key, subject, sans }: EffectiveRequest): number {
  if (key.kind === 'own') return key.pkcs10.der.length
  // tag and length of a name take four bytes at most; none has more bytes than characters (IA5String)
  const names = sans.map(san => 4 + ('der' in san ? san.der.length : san.value.length))
  // nor has an object identifier with its tag and length
  const sets = subject.map(rdn =>
    withHeader(rdn.map(({ oid, der }) => withHeader([oid.length, der.length]))),
  )
  return names.reduce((sum, size) => sum + size, FRAME_BYTES + withHeader(sets))
}

/** The size of contents with their tag and length. */
function withHeader(parts: readonly number[]): number {
  const size = sum(parts)
  return size + (size < 128 ? 2 : 4)
}

function keyFault({ algorithm, size }: Pick<PublicKey, 'algorithm' | 'size'>): string | null {
  if (algorithm === 'Ed25519') return null
  if (algorithm === 'RSA' && size !== null && size >= RSA_BITS.least && size <= RSA_BITS.most)
    return null
  if (algorithm === 'ECDSA' && CURVES.includes(size)) return null
  return `a key of the kind ${algorithm}${size === null ? '' : ` ${size}`} is not taken`
}

function fault(
  request: EffectiveRequest,
  member: string,
  message: string | null,
  hint = 'RSA 2048 to 8192, ECDSA 256, 384 or 521, or Ed25519, signed with SHA-2',
): readonly Problem[] {
  if (message === null) return []
  return [memberProblem('SIGNER_KEY', request, member, message, hint)]
}
