// The decoded contents of a file: requests, certificates, and keys (never shown; only the public half is).
import type { Pkcs10, PublicKey, X509Certificate } from '../cluster/certificate.ts'
import type { Problem } from '../problem.ts'

/** `where`: the place inside the file, `data.tls.crt` or `certificate 2`; empty for the file itself. */
export type InspectedPart =
  | { readonly kind: 'request'; readonly where: string; readonly request: Pkcs10 }
  | {
      readonly kind: 'certificate'
      readonly where: string
      readonly certificate: X509Certificate
      /** Where the same file holds its issuer and its private key; null if it does not. */
      readonly issuer: string | null
      readonly key: string | null
    }
  | { readonly kind: 'private key'; readonly where: string; readonly publicKey: PublicKey }
  | { readonly kind: 'public key'; readonly where: string; readonly publicKey: PublicKey }
  /** A part that exists and is not decoded, as text. */
  | { readonly kind: 'note'; readonly where: string; readonly text: string }

export interface Inspection {
  /** `kubeconfig`, `Secret apps/jane-tls`, `PEM` … */
  readonly what: string
  readonly parts: readonly InspectedPart[]
  readonly problems: readonly Problem[]
}
