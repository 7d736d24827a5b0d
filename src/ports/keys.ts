// The port for key pairs: made, loaded, and used to sign.
import type { PrivateKeySpec } from '../domain/request/request.ts'
import type { Secret } from '../domain/request/secret-value.ts'

/** A private key in the forms that its users need. It leaves this object only for a sink. */
export interface GeneratedKey {
  /** PEM in the encoding of `PrivateKeySpec.encoding`. */
  readonly pem: Secret<string>
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Returns the signature over a CertificationRequestInfo in the form of PKCS#10 (ECDSA in DER). */
  sign(data: Uint8Array): Uint8Array
}

export interface Keys {
  /** Returns a new key. If `spec.size` (bits) is null, RSA keys have 2048 bits and ECDSA keys use P-256. */
  generate(spec: PrivateKeySpec): Promise<GeneratedKey>
  /**
   * Returns the key in a PEM that was stored earlier. Throws SINK_KEY_UNREADABLE if it is not an RSA, ECDSA or Ed25519 private key.
   */
  load(pem: Secret<string>): GeneratedKey
  /** Returns the id of a new grant or attempt: 100 random bits in base32, 20 lower-case letters and digits. */
  randomId(): string
}
