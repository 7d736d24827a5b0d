// A CertificateSigningRequest as somebody sees it before they decide: decoded, predicted, judged.
import type { Pkcs10, X509Certificate } from './certificate.ts'
import type { Verdict } from '../request/policy.ts'
import type { PredictedCertificate } from './prediction.ts'
import type { Problem } from '../problem.ts'
import type { EffectiveRequest } from '../request/request.ts'
import type { SigningRequest } from './signing-request.ts'

export interface DescribedRequest {
  readonly object: SigningRequest
  /** As kubectl says it: Pending, Approved or Denied, then Failed and Issued. */
  readonly state: string
  /** Null where it is not readable; then `problems` say why, and nobody can know what would be signed. */
  readonly asked: AskedRequest | null
  /** What stands around or inside the request and is no part of what will be signed. */
  readonly remarks: readonly Problem[]
  readonly problems: readonly Problem[]
  /** The certificate that was issued; null where there is none yet, or none that can be read. */
  readonly issued: X509Certificate | null
}

export interface AskedRequest {
  readonly pkcs10: Pkcs10
  readonly request: EffectiveRequest
  /** False where the object leaves the lifetime to the signer. */
  readonly saysDuration: boolean
  readonly prediction: PredictedCertificate
  /** What the signer would write into Failed after the approval; null where it would sign. */
  readonly failure: string | null
  /** What the signer, or the house above every policy, refuses. */
  readonly refusals: readonly Problem[]
  /** What the policies say of the names alone; null where none judges. */
  readonly verdict: Verdict | null
}
