// The records of one cluster, one ConfigMap for each request.
import type { BrokenRecord, RequestRecord } from '../domain/cluster/record.ts'

/** One ConfigMap per request in the record namespace of a cluster. */
export interface Records {
  /** Every record of this owner; those that cannot be read apart. */
  list(): Promise<{
    readonly records: readonly RequestRecord[]
    readonly broken: readonly BrokenRecord[]
  }>
  read(request: string): Promise<RequestRecord | null>
  /** Creates (version null) or replaces under the version that was read; `conflict` when someone else was faster. */
  write(
    record: RequestRecord,
  ): Promise<
    { readonly kind: 'written'; readonly record: RequestRecord } | { readonly kind: 'conflict' }
  >
}
