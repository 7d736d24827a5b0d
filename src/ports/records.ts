// The ports for what countersign keeps in the record namespace: records, the Lease of its controllers, and Events on records.
import type { ClusterMarks, Remembered } from '../domain/cluster/cluster-marks.ts'
import type { ControllerLease } from '../domain/cluster/controller-lease.ts'
import type { EmergencyAsk } from '../domain/cluster/emergency.ts'
import type { ControllerEvent } from '../domain/cluster/pass-report.ts'
import type { IssuedName, StoredNames } from '../domain/cluster/pending-request.ts'
import type { BrokenRecord, RequestRecord } from '../domain/cluster/record.ts'
import type { ObjectId } from '../domain/proof/git-history.ts'
import type { RequestFile } from '../domain/request/request.ts'

/** The records of one owner in the record namespace of a cluster. Every method throws CLUSTER_ codes. */
export interface Records {
  /** Returns every record of this owner. Records that cannot be read are in `broken`, each with CLUSTER_RECORD. */
  list(): Promise<{
    /** Null if the cluster has none. */
    readonly marks?: ClusterMarks | null
    readonly records: readonly RequestRecord[]
    readonly broken: readonly BrokenRecord[]
  }>
  /** Returns the record of a request, null if there is none. Throws CLUSTER_RECORD if it cannot be read. */
  read(request: string): Promise<RequestRecord | null>
  /** Checks by a dry run whether a new record could be created, and creates nothing. Throws what would prevent it. */
  rehearse(record: RequestRecord): Promise<void>
  /**
   * Creates the record if `version` is null, else replaces the version that was read. Returns the stored record with its new
   * version; `conflict` if the record was created, changed or deleted meanwhile.
   */
  write(
    record: RequestRecord,
  ): Promise<
    { readonly kind: 'written'; readonly record: RequestRecord } | { readonly kind: 'conflict' }
  >
  /** Creates the marks if `version` is null, else replaces the version that was read. Returns null if they changed meanwhile. */
  writeMarks(marks: ClusterMarks): Promise<ClusterMarks | null>
}

/** What runs remember outside of clusters. `place` names one owner in one cluster. Methods throw RUN_FILES and SINK_FILE. */
export interface ClusterMemory {
  /** Returns null if nothing is remembered. */
  read(place: string): Promise<Remembered | null>
  /** Replaces what is remembered. */
  write(place: string, seen: Remembered): Promise<void>
  /** Returns random hexadecimal digits. Throws nothing. */
  readonly random: () => string
}

/** The Lease of the controllers of one owner. Every method throws CLUSTER_ codes. */
export interface Leases {
  /** Returns the Lease, null if there is none. */
  read(): Promise<ControllerLease | null>
  /** Creates the Lease if `version` is null, else replaces the version that was read. Null if it changed meanwhile. */
  write(lease: ControllerLease): Promise<ControllerLease | null>
}

/** The names in certificates that the approver of one signer let be issued to nodes. Every method throws CLUSTER_ codes. */
export interface IssuedNames {
  /** Returns all of them; CLUSTER_RECORD if one cannot be read. */
  list(): Promise<StoredNames>
  /** Replaces `before` by other names. Throws CLUSTER_CHANGED if it changed meanwhile; then a part may be written. */
  write(names: readonly IssuedName[], before: StoredNames): Promise<void>
}

/** Asks of the emergency, and the trusted configuration by which they are judged. Every method throws CLUSTER_ codes. */
export interface Emergencies {
  /** Returns the ask for a request; null if there is none that is as the guard lets it be written. */
  read(request: string): Promise<EmergencyAsk | null>
  /** Creates the ask of a first person, or adds the second one to the ask that was read. False if it changed meanwhile. */
  write(
    asked: Pick<EmergencyAsk, 'request' | 'seconds' | 'reason' | 'first'>,
    joined: { readonly ask: EmergencyAsk; readonly second: string } | null,
  ): Promise<boolean>
  /** Deletes the ask that was read. */
  remove(ask: EmergencyAsk): Promise<void>
  /** Returns whether the guard refuses, in a dry run, an ask of this login that names `other` as its first person. */
  isGuarded(request: string, other: string): Promise<boolean>
  /** Returns what the last trusted pass kept; null if there is nothing, or nothing that can be read. */
  readKept(): Promise<KeptFiles | null>
  /** Keeps it. Throws CLUSTER_CHANGED if another run does so at the same time. */
  keep(files: KeptFiles): Promise<void>
}

/** Files of a trusted commit. */
export interface KeptFiles {
  readonly commit: ObjectId
  /** The default branch, which has the commit. */
  readonly branch: string
  /** The trust root that it was proved from. */
  readonly trustedConfig: string
  readonly files: readonly Pick<RequestFile, 'path' | 'blob' | 'bytes'>[]
}

export interface Events {
  /** Writes one Event. Throws CLUSTER_ codes. */
  add(event: ControllerEvent): Promise<void>
}
