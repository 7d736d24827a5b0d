// What became of an imported file: the origin of each member, and what is not in the new file.
import type { Dropped } from '../cluster/prediction.ts'
import type { Place, Problem } from '../problem.ts'
import type { CertificateRequest } from './request.ts'

/** A member and the place that sets it; null if countersign sets it. */
export interface MemberOrigin {
  readonly member: string
  readonly at: Place | null
}

export interface ImportReport {
  /** The source file. */
  readonly from: string
  readonly request: Pick<CertificateRequest, 'path'>
  /** Members from the file, and members from the configuration or from countersign. */
  readonly taken: readonly MemberOrigin[]
  readonly defaulted: readonly MemberOrigin[]
  readonly dropped: readonly Dropped[]
  /** Warnings, and members that the configuration must still set. */
  readonly remarks: readonly Problem[]
}
