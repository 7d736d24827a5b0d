// The port Revocations: one ConfigMap for each in the record namespace.
import { shellWord } from '../../../lib/source/shell-word.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { REVOKES_LABEL, revocationPrefix } from '../../../domain/cluster/revocation.ts'
import type { Revocation } from '../../../domain/cluster/revocation.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import type { Checked } from '../../../domain/problem.ts'
import type { Revocations } from '../../../ports/grants.ts'
import { unreadable } from '../http/api-server-refusal.ts'
import type { Asking } from '../http/api-transport.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import { ObjectClient } from './object-client.ts'

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
  readonly #configMaps: ObjectClient
  readonly #namespace: string
  readonly #owner: string

  constructor(transport: Asking, at: { readonly namespace: string; readonly owner: string }) {
    this.#configMaps = new ObjectClient(transport, 'ConfigMap', at.namespace)
    this.#namespace = at.namespace
    this.#owner = at.owner
  }

  async list(): ReturnType<Revocations['list']> {
    const labelSelector = `${REVOKES_LABEL}=${this.#owner}`
    const call = { doing: 'list the revocations', labelSelector, objectBytes: OBJECT_BYTES }
    const { items: read, tooLarge } = await this.#configMaps.list(call, item => this.#read(item))
    return {
      revocations: read.flatMap(each => (each.ok ? [each.value] : [])),
      broken: [
        ...read.flatMap(each => (each.ok ? [] : each.problems)),
        ...tooLargeProblems('ConfigMap', tooLarge, this.#namespace),
      ],
    }
  }

  async add({ what, value }: Revoked, by: string): Promise<void> {
    const labels = { [REVOKES_LABEL]: this.#owner }
    const metadata = { generateName: this.#prefix({ what, value }), labels }
    const object = { metadata, data: { what, value, by } }
    const doing = `write the revocation of the ${what} ${value}`
    await this.#configMaps.create(object, z.unknown(), doing)
  }

  async remove({ name, value, uid }: Revocation): Promise<void> {
    await this.#configMaps.remove(name, { uid }, `delete the revocation of ${value}`, false)
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
}
