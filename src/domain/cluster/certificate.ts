// Values read from DER: public keys, PKCS#10 requests, certificates.
import type { DistinguishedName, San } from '../request/x500.ts'

/** A subject public key. `size` is RSA's modulus or the curve's field in bits, null if the kind has no size. */
export interface PublicKey {
  /** RSA, ECDSA or Ed25519; any other kind by its name in node:crypto, or by its OID. */
  readonly algorithm: string
  readonly size: number | null
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** SHA-256 over `spki`, lower-case hex. */
  readonly sha256: string
}

/** One X.509 extension with its unchanged value. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** The bytes inside the extnValue OCTET STRING. */
  readonly value: Uint8Array
}

/** All extensions, and the values of those that are judged. In a request they are what is asked for. */
export interface ExtensionSet {
  readonly extensions: readonly Extension[]
  readonly sans: readonly San[]
  /** RFC 5280 names of the key usage bits (digitalSignature …). */
  readonly keyUsage: readonly string[]
  /** OIDs of the extended key usages. */
  readonly extendedKeyUsage: readonly string[]
  /** basicConstraints says CA. */
  readonly isCa: boolean
}

/** The parts that requests and certificates share. */
interface Signed extends ExtensionSet {
  readonly der: Uint8Array
  readonly subject: DistinguishedName
  readonly publicKey: PublicKey
  /** For example sha256WithRSAEncryption, ecdsa-with-SHA256, Ed25519. */
  readonly signatureAlgorithm: string
}

/** A PKCS#10 certification request (RFC 2986) whose signature was verified over its original bytes. */
export interface Pkcs10 extends Signed {
  /** DER of the CertificationRequestInfo: everything that is requested, and the bytes that are signed. */
  readonly info: Uint8Array
  /** OIDs of CSR attributes other than extensionRequest. */
  readonly otherAttributes: readonly string[]
}

/** A certificate as read. This says nothing of its trust. */
export interface X509Certificate extends Signed {
  /** Serial number, lower-case hex, two digits a byte, without separators. */
  readonly serial: string
  readonly issuer: DistinguishedName
  readonly notBefore: Date
  readonly notAfter: Date
  /** SHA-256 over `der`, lower-case hex; the API server's audit credential-id. */
  readonly sha256: string
}

/** Leaf first, then the intermediates the signer added, each issued by the next. */
export interface Chain {
  readonly leaf: X509Certificate
  readonly intermediates: readonly X509Certificate[]
}
