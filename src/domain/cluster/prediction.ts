// The predicted certificate: what a signer will really issue, computed before anything is created.
import type { DistinguishedName, San } from '../request/x500.ts'
import type { Usage } from '../request/usage.ts'

/** A part of the request that the signer leaves out, as text for people. */
export interface Dropped {
  readonly what: string
  readonly why: string
}

export type PredictedCertificate =
  | Predicted
  /** countersign does not know the signer, which may change anything. */
  | { readonly kind: 'not-predicted'; readonly why: string }

export interface Predicted {
  readonly kind: 'predicted'
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  readonly usages: readonly Usage[]
  /** RFC 5280 names, in bit order; empty means no keyUsage extension. */
  readonly keyUsage: readonly string[]
  /** OIDs in the order the signer writes them. */
  readonly extendedKeyUsage: readonly string[]
  /** Seconds from notBefore to the moment of issue. */
  readonly backdateSeconds: number
  /** Seconds from the moment of issue to notAfter. */
  readonly lifetimeSeconds: number
  readonly dropped: readonly Dropped[]
  /** The user and groups that the API server sees, null if the certificate is not for clients. */
  readonly logsInAs: { readonly username: string; readonly groups: readonly string[] } | null
}
