// The port Leases: one Lease of coordination.k8s.io/v1. Its annotation has the newest commit that was acted on.
import { z } from 'zod'
import type { ControllerLease } from '../../../domain/cluster/controller-lease.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { Leases } from '../../../ports/records.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const COMMIT_ANNOTATION = 'countersign.dev/commit'

const LEASE = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z
    .object({
      holderIdentity: z.string().default(''),
      leaseDurationSeconds: z.int().default(0),
      leaseTransitions: z.int().default(0),
      renewTime: z.iso.datetime({ precision: 6 }).optional(),
    })
    .prefault({}),
})

/** Whose objects, and where they are. */
export interface RecordPlace {
  readonly namespace: string
  readonly owner: string
}

export interface LeasePlace extends RecordPlace {
  /** Name of the Lease. */
  readonly name: string
}

export class KubernetesLeases implements Leases {
  readonly #leases: ObjectClient
  readonly #at: LeasePlace

  constructor(transport: Asking, at: LeasePlace) {
    this.#leases = new ObjectClient(transport, 'Lease', at.namespace)
    this.#at = at
  }

  async read(): Promise<ControllerLease | null> {
    const found = await this.#leases.read(this.#at.name, LEASE, 'get the Lease of the controller')
    return found === null ? null : leaseOf(found)
  }

  async write(lease: ControllerLease): Promise<ControllerLease | null> {
    const doing = `${lease.version === null ? 'create' : 'update'} the Lease of the controller`
    const written = await this.#leases.write(this.#wire(lease), LEASE, doing)
    return written === null ? null : leaseOf(written)
  }

  #wire({ holder, durationSeconds, renewedAt, transitions, commit, version }: ControllerLease) {
    return {
      metadata: {
        name: this.#at.name,
        namespace: this.#at.namespace,
        labels: { [OWNER_LABEL]: this.#at.owner },
        ...(commit === null ? {} : { annotations: { [COMMIT_ANNOTATION]: commit } }),
        ...(version === null ? {} : { resourceVersion: version }),
      },
      spec: {
        holderIdentity: holder,
        leaseDurationSeconds: durationSeconds,
        leaseTransitions: transitions,
        // MicroTime: six digits.
        ...(renewedAt === null ? {} : { renewTime: renewedAt.toISOString().replace('Z', '000Z') }),
      },
    }
  }
}

function leaseOf({ metadata, spec }: z.output<typeof LEASE>): ControllerLease {
  return {
    holder: spec.holderIdentity,
    durationSeconds: spec.leaseDurationSeconds,
    renewedAt: spec.renewTime === undefined ? null : new Date(spec.renewTime),
    transitions: spec.leaseTransitions,
    commit: metadata.annotations[COMMIT_ANNOTATION] ?? null,
    version: metadata.resourceVersion,
  }
}
