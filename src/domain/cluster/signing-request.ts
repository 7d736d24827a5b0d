// The CertificateSigningRequest object: as countersign sends it and as the API server shows it.
import type { Usage } from '../request/usage.ts'

/** Identity of a stored object at one moment. A write with this version fails if the object has changed since. */
export interface Version {
  readonly uid: string
  readonly resourceVersion: string
}

/** The body of a CertificateSigningRequest to create. */
export interface SigningRequestManifest {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** PEM of the PKCS#10. */
  readonly request: string
  readonly signerName: string
  readonly usages: readonly Usage[]
  readonly expirationSeconds: number
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

/** A CertificateSigningRequest as the API server shows it. */
export interface SigningRequest extends Omit<
  SigningRequestManifest,
  'usages' | 'expirationSeconds'
> {
  readonly version: Version
  readonly createdAt: Date
  readonly usages: readonly string[]
  readonly expirationSeconds: number | null
  readonly username: string
  /** Groups of the requester, as the API server stamped them. */
  readonly groups: readonly string[]
  readonly conditions: readonly Condition[]
  /** PEM text of status.certificate, null while there is none. */
  readonly certificate: string | null
}

/** A watch event for one object: its newest state, or its deletion. */
export type Seen =
  { readonly kind: 'present'; readonly object: SigningRequest } | { readonly kind: 'absent' }
