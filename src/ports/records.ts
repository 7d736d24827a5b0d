// The port for the records of one cluster, one ConfigMap for each request.
import type { BrokenRecord, RequestRecord } from '../domain/cluster/record.ts'

/** The records of one owner in the record namespace of a cluster. Every method throws CLUSTER_ codes. */
export interface Records {
  /** Returns every record of this owner. Records that cannot be read are in `broken`, each with CLUSTER_RECORD. */
  list(): Promise<{
    readonly records: readonly RequestRecord[]
    readonly broken: readonly BrokenRecord[]
  }>
  /** Returns the record of a request, null if there is none. Throws CLUSTER_RECORD if it cannot be read. */
  read(request: string): Promise<RequestRecord | null>
  /**
   * Creates the record if `version` is null, else replaces the version that was read. Returns the stored record with its new
   * version; `conflict` if the record was created, changed or deleted meanwhile.
   */
  write(
    record: RequestRecord,
  ): Promise<
    { readonly kind: 'written'; readonly record: RequestRecord } | { readonly kind: 'conflict' }
  >
}
