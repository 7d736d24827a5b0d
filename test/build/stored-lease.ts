// A Lease in memory that, as the API server does, replaces only the version that was read.
import type { ControllerLease } from '../../src/domain/cluster/controller-lease.ts'
import type { Leases } from '../../src/ports/records.ts'

export class StoredLease implements Leases {
  lease: ControllerLease | null = null
  #writes = 0

  async read(): Promise<ControllerLease | null> {
    return this.lease
  }

  async write(lease: ControllerLease): Promise<ControllerLease | null> {
    if ((this.lease?.version ?? null) !== lease.version) return null
    this.#writes += 1
    this.lease = { ...lease, version: String(this.#writes) }
    return this.lease
  }
}
