// What a cluster keeps about its own changes, so that a restored backup is seen; and what a run remembers of it outside of the cluster.
import type { Revocation } from './revocation.ts'

/** What a run remembers, or what a restore lost. A mark is `NUMBER.RANDOM`; each change of records or revocations gets the next one. */
export interface Remembered {
  readonly marks: readonly string[]
  readonly revoked: readonly Pick<Revocation, 'what' | 'value'>[]
}

export interface ClusterMarks {
  /** The newest ones. */
  readonly marks: readonly string[]
  /** Digest of the records and revocations at the last mark. */
  readonly state: string
  /** What runs remembered and the cluster lost; null if no run found a restore, or after it was confirmed. */
  readonly lost: Remembered | null
  /** resourceVersion, null for what is not stored yet. */
  readonly version: string | null
}

/** Name of the ConfigMap. No request can have this name, because of the dot. */
export function marksName(owner: string): string {
  return `countersign-${owner}-cluster.marks`
}
