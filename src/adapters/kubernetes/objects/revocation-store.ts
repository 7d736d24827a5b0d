// The port Revocations: one ConfigMap for each in the record namespace.
import { shellWord } from '../../../lib/source/shell-word.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { REVOKES_LABEL, revocationPrefix } from '../../../domain/cluster/revocation.ts'
import type { Revocation } from '../../../domain/cluster/revocation.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import type { Checked } from '../../../domain/problem.ts'
import type { Revocations } from '../../../ports/grants.ts'
import { clusterRule, refusal, unreadable } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Transport } from '../http/api-transport.ts'
import { listAll } from '../http/paged-list.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'

/** With the most annotations that Kubernetes takes, which anyone who may edit ConfigMaps can add, a revocation is smaller. */
const OBJECT_BYTES = 4 * 1024 * 1024

const DATA = z.object({ what: z.enum(['request', 'grant']), value: z.string(), by: z.string() })
const CONFIG_MAP = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.iso.datetime(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  data: z.unknown().optional(),
})

type Revoked = Pick<Revocation, 'what' | 'value'>

export class KubernetesRevocations implements Revocations {
  readonly #transport: Transport
  readonly #namespace: string
  readonly #owner: string

  constructor(transport: Transport, at: { readonly namespace: string; readonly owner: string }) {
    this.#transport = transport
    this.#namespace = at.namespace
    this.#owner = at.owner
  }

  async list(): ReturnType<Revocations['list']> {
    const call = {
      path: this.#path(),
      labelSelector: `${REVOKES_LABEL}=${this.#owner}`,
      doing: 'list the revocations',
      needs: this.#needs('list'),
      objectBytes: OBJECT_BYTES,
    }
    const { items: read, tooLarge } = await listAll(this.#transport, call, item => this.#read(item))
    return {
      revocations: read.flatMap(each => (each.ok ? [each.value] : [])),
      broken: [
        ...read.flatMap(each => (each.ok ? [] : each.problems)),
        ...tooLargeProblems('ConfigMap', tooLarge, this.#namespace),
      ],
    }
  }

  async add({ what, value }: Revoked, by: string): Promise<void> {
    const answer = await this.#transport.ask({
      method: 'POST',
      path: this.#path(),
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          generateName: this.#prefix({ what, value }),
          labels: { [REVOKES_LABEL]: this.#owner },
        },
        data: { what, value, by },
      },
    })
    if (answer.status !== 201)
      throw refusal(answer, `write the revocation of the ${what} ${value}`, this.#needs('create'))
  }

  async remove({ name, value, uid }: Revocation): Promise<void> {
    const answer = await this.#transport.ask({
      method: 'DELETE',
      path: this.#path(name),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    })
    if (![200, 202, 404, 409].includes(answer.status))
      throw refusal(answer, `delete the revocation of ${value}`, this.#needs('delete'))
  }

  #read(wire: unknown): Checked<Revocation> {
    const object = CONFIG_MAP.safeParse(wire)
    if (!object.success) throw unreadable('read a revocation', object.error)
    const { name, uid, creationTimestamp, labels } = object.data.metadata
    const { data } = DATA.safeParse(object.data.data)
    const isNamed = data !== undefined && name.startsWith(this.#prefix(data))
    if (isNamed && labels[REVOKES_LABEL] === this.#owner)
      return ok({ ...data, name, at: new Date(creationTimestamp), uid })
    return refuseAs(
      'CLUSTER_RECORD',
      `ConfigMap ${this.#namespace}/${name} is not a revocation that countersign wrote for ${this.#owner}, so it revokes nothing`,
      `look at it, and delete it if nobody needs it:\nkubectl delete configmap ${shellWord(name)} --namespace ${this.#namespace}`,
    )
  }

  /** Each revocation is an object of its own: a change that lifts an earlier one may be older than the next one. */
  #prefix({ what, value }: Revoked): string {
    const digest = createHash('sha256').update(`${what} ${value}`).digest('hex')
    return `${revocationPrefix(this.#owner)}${digest.slice(0, 16)}-`
  }

  #path(name?: string): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/configmaps`
    return name === undefined ? all : `${all}/${encodeURIComponent(name)}`
  }

  #needs(verb: string): NeededRule {
    return { ...clusterRule('', 'configmaps', verb), namespace: this.#namespace }
  }
}
