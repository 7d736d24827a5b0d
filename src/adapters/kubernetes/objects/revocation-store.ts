// The port Revocations: one ConfigMap for each in the record namespace.
import { shellWord } from '../../../lib/source/shell-word.ts'
import { hash } from 'node:crypto'
import { z } from 'zod'
import { REVOKES_LABEL, revocationPrefix } from '../../../domain/cluster/revocation.ts'
import type { Revocation } from '../../../domain/cluster/revocation.ts'
import { ok, refuseAs } from '../../../domain/problem.ts'
import type { Checked } from '../../../domain/problem.ts'
import type { Revocations } from '../../../ports/grants.ts'
import { unreadable } from '../http/api-server-refusal.ts'
import type { Asking } from '../http/api-transport.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import type { RecordPlace } from './lease-store.ts'
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

export function kubernetesRevocations(
  transport: Asking,
  { namespace, owner }: RecordPlace,
): Revocations {
  const configMaps = new ObjectClient(transport, 'ConfigMap', namespace)
  return {
    async list() {
      const labelSelector = `${REVOKES_LABEL}=${owner}`
      const call = { doing: 'list the revocations', labelSelector, objectBytes: OBJECT_BYTES }
      const { items: read, tooLarge } = await configMaps.list(call, revocationIn)
      return {
        revocations: read.flatMap(each => (each.ok ? [each.value] : [])),
        broken: [
          ...read.flatMap(each => (each.ok ? [] : each.problems)),
          ...tooLargeProblems('ConfigMap', tooLarge, namespace),
        ],
      }
    },

    async add({ what, value }, by) {
      const labels = { [REVOKES_LABEL]: owner }
      const metadata = { generateName: prefixOf({ what, value }), labels }
      const object = { metadata, data: { what, value, by } }
      const doing = `write the revocation of the ${what} ${value}`
      await configMaps.create(object, z.unknown(), doing)
    },

    async remove({ name, value, uid }) {
      await configMaps.remove(name, { uid }, `delete the revocation of ${value}`, false)
    },
  }

  function revocationIn(wire: unknown): Checked<Revocation> {
    const object = CONFIG_MAP.safeParse(wire)
    if (!object.success) throw unreadable('read a revocation', object.error)
    const { name, uid, creationTimestamp, labels } = object.data.metadata
    const { data } = DATA.safeParse(object.data.data)
    const isNamed = data !== undefined && name.startsWith(prefixOf(data))
    if (isNamed && labels[REVOKES_LABEL] === owner)
      return ok({ ...data, name, at: new Date(creationTimestamp), uid })
    return refuseAs(
      'CLUSTER_RECORD',
      `ConfigMap ${namespace}/${name} is not a revocation that countersign wrote for ${owner}, so it revokes nothing`,
      `look at it, and delete it if nobody needs it:\nkubectl delete configmap ${shellWord(name)} --namespace ${namespace}`,
    )
  }

  /** Each revocation is an object of its own: a change that lifts an earlier one may be older than the next one. */
  function prefixOf({ what, value }: Revoked): string {
    const digest = hash('sha256', `${what} ${value}`)
    return `${revocationPrefix(owner)}${digest.slice(0, 16)}-`
  }
}
