// The port Leases: one Lease of coordination.k8s.io/v1. Its annotation has the newest commit that was acted on.
import { z } from 'zod'
import type { ControllerLease } from '../../../domain/cluster/controller-lease.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { Leases } from '../../../ports/records.ts'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Answer, Transport } from '../http/api-transport.ts'

const COMMIT_ANNOTATION = 'countersign.dev/commit'
const GROUP = 'coordination.k8s.io'

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
  readonly #transport: Transport
  readonly #at: LeasePlace

  constructor(transport: Transport, at: LeasePlace) {
    this.#transport = transport
    this.#at = at
  }

  async read(): Promise<ControllerLease | null> {
    const answer = await this.#transport.ask({ method: 'GET', path: this.#path(true) })
    return answer.status === 404 ? null : this.#lease(answer, 'get')
  }

  async write(lease: ControllerLease): Promise<ControllerLease | null> {
    const isNew = lease.version === null
    const answer = await this.#transport.ask({
      method: isNew ? 'POST' : 'PUT',
      path: this.#path(!isNew),
      body: this.#wire(lease),
    })
    return answer.status === 409 ? null : this.#lease(answer, isNew ? 'create' : 'update')
  }

  #lease(answer: Answer, verb: string): ControllerLease {
    const doing = `${verb} the Lease of the controller`
    const { metadata, spec } = readAnswer(answer, LEASE, doing, this.#needs(verb))
    return {
      holder: spec.holderIdentity,
      durationSeconds: spec.leaseDurationSeconds,
      renewedAt: spec.renewTime === undefined ? null : new Date(spec.renewTime),
      transitions: spec.leaseTransitions,
      commit: metadata.annotations[COMMIT_ANNOTATION] ?? null,
      version: metadata.resourceVersion,
    }
  }

  #wire({ holder, durationSeconds, renewedAt, transitions, commit, version }: ControllerLease) {
    return {
      apiVersion: `${GROUP}/v1`,
      kind: 'Lease',
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

  #path(isNamed: boolean): string {
    const all = `/apis/${GROUP}/v1/namespaces/${encodeURIComponent(this.#at.namespace)}/leases`
    return isNamed ? `${all}/${encodeURIComponent(this.#at.name)}` : all
  }

  #needs(verb: string): NeededRule {
    return { ...clusterRule(GROUP, 'leases', verb), namespace: this.#at.namespace }
  }
}
