// A CertificateSigningRequest as a person sees it before a decision: decoded, predicted, judged.
import type { Pkcs10, X509Certificate } from './certificate.ts'
import type { Verdict } from '../request/policy.ts'
import type { PredictedCertificate } from './prediction.ts'
import type { Problem } from '../problem.ts'
import type { EffectiveRequest } from '../request/request.ts'
import type { SigningRequest } from './signing-request.ts'

export interface DescribedRequest {
  /** Name of its cluster in the configuration. */
  readonly cluster: string
  readonly object: SigningRequest
  /** In kubectl's words: Pending, Approved or Denied, then Failed and Issued. */
  readonly state: string
  /** Null if it cannot be read. Then `problems` says why, and nothing is known of what would be signed. */
  readonly asked: AskedRequest | null
  /** Parts around or inside the request that will not be signed. */
  readonly remarks: readonly Problem[]
  readonly problems: readonly Problem[]
  /** The issued certificate; null if there is none yet, or it cannot be read. */
  readonly issued: X509Certificate | null
}

export interface AskedRequest {
  readonly pkcs10: Pkcs10
  readonly request: EffectiveRequest
  /** False if the object leaves the lifetime to the signer. */
  readonly saysDuration: boolean
  readonly prediction: PredictedCertificate
  /** What the signer would write into Failed after the approval; null if it would sign. */
  readonly failure: string | null
  /** Refusals of the signer and of the built-in rules, which are above every policy. */
  readonly refusals: readonly Problem[]
  /** Verdict of the policies on the names alone; null if no policy judges them. */
  readonly verdict: Verdict | null
}
