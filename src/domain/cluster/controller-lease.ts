// The Lease of the controllers of one cluster and owner. Its holder acts; it also keeps the newest commit that a holder acted on.
import type { ObjectId } from '../proof/git-history.ts'

export interface ControllerLease {
  /** Empty if nobody holds it. */
  readonly holder: string
  /** Seconds after a renewal during which no other controller takes it. */
  readonly durationSeconds: number
  /** When the holder renewed it last, by the holder's clock; null if it never did. */
  readonly renewedAt: Date | null
  /** How often it went to another holder. */
  readonly transitions: number
  /** The newest commit that was acted on; null before the first. */
  readonly commit: ObjectId | null
  /** resourceVersion, null for a Lease that does not exist yet. */
  readonly version: string | null
}

/** Name of the Lease in the record namespace; the guard protects it as it protects records. */
export function leaseName(owner: string): string {
  return `countersign-${owner}-controller`
}

/** ConfigMaps in which the approver with this Lease keeps issued names: several, since one has at most 1 MiB. */
export function issuedNameMaps(lease: string): readonly string[] {
  return Array.from({ length: 8 }, (_, at) => `${lease}-names-${at}`)
}
