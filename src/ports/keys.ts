// Key pairs: made, loaded, and used to sign.
import type { PrivateKeySpec } from '../domain/request/request.ts'
import type { Secret } from '../domain/request/secret-value.ts'

/** A private key in the forms its holders need; it never leaves this object except into a sink. */
export interface GeneratedKey {
  /** PEM as `PrivateKeySpec.encoding` asks. */
  readonly pem: Secret<string>
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** Signs a CertificationRequestInfo: signature bytes as PKCS#10 wants them (ECDSA in DER). */
  sign(data: Uint8Array): Uint8Array
}

export interface Keys {
  generate(spec: PrivateKeySpec): Promise<GeneratedKey>
  /** The key in a PEM that was stored before (rotationPolicy Never). */
  load(pem: Secret<string>): GeneratedKey
}
