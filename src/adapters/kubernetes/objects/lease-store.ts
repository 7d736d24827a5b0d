// The port Leases: one Lease of coordination.k8s.io/v1. Its annotation has the newest commit that was acted on.
import { z } from 'zod'
import type { ControllerLease } from '../../../domain/cluster/controller-lease.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { Leases } from '../../../ports/records.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const COMMIT_ANNOTATION = 'countersign.dev/commit'

const LEASE = z
  .object({
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
  .transform(({ metadata, spec }): ControllerLease => ({
    holder: spec.holderIdentity,
    durationSeconds: spec.leaseDurationSeconds,
    renewedAt: spec.renewTime === undefined ? null : new Date(spec.renewTime),
    transitions: spec.leaseTransitions,
    commit: metadata.annotations[COMMIT_ANNOTATION] ?? null,
    version: metadata.resourceVersion,
  }))

/** Whose objects, and where they are. */
export interface RecordPlace {
  readonly namespace: string
  readonly owner: string
}

export interface LeasePlace extends RecordPlace {
  /** Name of the Lease. */
  readonly name: string
}

export function kubernetesLeases(transport: Asking, at: LeasePlace): Leases {
  const leases = new ObjectClient(transport, 'Lease', at.namespace)
  return {
    read: () => leases.read(at.name, LEASE, 'get the Lease of the controller'),
    write(lease) {
      const doing = `${lease.version === null ? 'create' : 'update'} the Lease of the controller`
      return leases.write(wireLease(at, lease), LEASE, doing)
    },
  }
}

function wireLease({ name, namespace, owner }: LeasePlace, lease: ControllerLease) {
  const { holder, durationSeconds, renewedAt, transitions, commit, version } = lease
  return {
    metadata: {
      name,
      namespace,
      labels: { [OWNER_LABEL]: owner },
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
