// What a sandbox cluster can be told at its start.
import type { Audit } from './api-server.ts'
import type { RandomBytes } from '../signer/certificate-authority.ts'
import type { Rule, RuleSubject } from '../authorization/authorize.ts'

/** A signer whose name is not of kubernetes.io: a CA of its own. */
export interface CustomSigner {
  readonly signerName: string
  /** A CA certificate between the leaf and the signer's root, added to what it issues. */
  readonly hasIntermediate?: boolean
  /** Seconds; absent: a year. */
  readonly maxSeconds?: number
}

export interface SandboxOptions {
  /** The cluster's clock: Date headers, timestamps, certificates, expiry. Absent: the machine's. */
  readonly now?: () => Date
  /** Serials, uids, generated names. Absent: node:crypto. Keys are always fresh. */
  readonly random?: RandomBytes
  /** 0, or absent: a free one. */
  readonly port?: number
  /** `two`: clients are signed by another CA than the API server's certificate. Absent: one. */
  readonly authorities?: 'one' | 'two'
  /** The built-in signers sign; absent: true. Without them nothing is ever signed, as on many managed clusters. */
  readonly signs?: boolean
  readonly signers?: readonly CustomSigner[]
  /** --cluster-signing-duration in seconds; absent: 8760 h. */
  readonly signingSeconds?: number
  /**
   * End of the CA of clients, which is then another than the server's; absent: ten years from now. Earlier than now is
   * an expired CA: the signer stays silent.
   */
  readonly clientCaNotAfter?: Date
  readonly namespaces?: readonly string[]
  readonly rules?: readonly { readonly subject: RuleSubject; readonly rules: readonly Rule[] }[]
  /** How long the signer takes; absent: 5. */
  readonly signerDelayMilliseconds?: number
  /** Gets each answered request, before its client does. */
  readonly audit?: Audit
  /** Between two bookmarks of a watch; absent: 60 000. */
  readonly bookmarkMilliseconds?: number
}
