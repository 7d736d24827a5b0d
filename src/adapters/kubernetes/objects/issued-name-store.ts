// The port IssuedNames: ConfigMaps of the record namespace. Each node has one key, in the map that the hash of its name gives.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { issuedNameMaps } from '../../../domain/cluster/controller-lease.ts'
import type { IssuedName } from '../../../domain/cluster/pending-request.ts'
import { grouped } from '../../../domain/lists.ts'
import { failure } from '../../../domain/problem.ts'
import { jsonOf } from '../../../domain/json-text.ts'
import type { IssuedNames } from '../../../ports/records.ts'
import type { Asking } from '../http/api-transport.ts'
import { NODE_PREFIX } from '../../../lib/kubernetes/kubernetes-name-rules.ts'
import type { LeasePlace } from './lease-store.ts'
import { ObjectClient } from './object-client.ts'

const CONFIG_MAP = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
})
/** Name → end. */
const NODE = z.record(z.string(), z.iso.datetime())

type Data = Readonly<Record<string, string>>

export function kubernetesIssuedNames(
  transport: Asking,
  { namespace, name }: LeasePlace,
): IssuedNames {
  const configMaps = new ObjectClient(transport, 'ConfigMap', namespace)
  const maps = issuedNameMaps(name)
  return {
    async list() {
      const read = await Promise.all(maps.map(namesIn))
      return {
        names: read.flatMap(({ names }) => names),
        versions: read.map(({ version }) => version),
      }
    },

    async write(names, { names: then, versions }) {
      for (const [at, map] of maps.entries()) {
        const data = dataOf(names, at, maps.length)
        if (JSON.stringify(data) === JSON.stringify(dataOf(then, at, maps.length))) continue
        await replace(map, data, versions[at] ?? null)
      }
    },
  }

  async function namesIn(map: string) {
    const found = await configMaps.read(map, CONFIG_MAP, `read ${map}`)
    const entries = Object.entries(found?.data ?? {})
    const names = entries.flatMap(([node, text]) => namesOf(map, node, text))
    return { names, version: found?.metadata.resourceVersion ?? null }
  }

  async function replace(map: string, data: Data, version: string | null): Promise<void> {
    const metadata = { name: map, ...(version === null ? {} : { resourceVersion: version }) }
    const object = { metadata, data }
    if ((await configMaps.write(object, CONFIG_MAP, `write ${map}`)) === null)
      throw failure('CLUSTER_CHANGED', `ConfigMap ${namespace}/${map} changed meanwhile`)
  }

  function namesOf(map: string, node: string, text: string): readonly IssuedName[] {
    const read = NODE.safeParse(jsonOf(text))
    if (!read.success)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${namespace}/${map} has something for ${node} that countersign did not write`,
        `take that key out: kubectl edit configmap ${map} --namespace ${namespace}`,
      )
    return Object.entries(read.data).map(([name, until]) => ({
      name,
      commonName: `${NODE_PREFIX}${node}`,
      until: new Date(until),
    }))
  }
}

function dataOf(names: readonly IssuedName[], map: number, maps: number): Data {
  const nodes = grouped(names.map(each => [each.commonName.slice(NODE_PREFIX.length), each]))
  const own = [...nodes].filter(([node]) => mapOf(node, maps) === map)
  const sorted = own.toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map(([node, held]) => [node, JSON.stringify(said(held))]))
}

function said(names: readonly IssuedName[]): Readonly<Record<string, unknown>> {
  const sorted = names.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return Object.fromEntries(sorted.map(({ name, until }) => [name, until.toISOString()]))
}

function mapOf(node: string, maps: number): number {
  return hash('sha256', node, 'buffer').readUInt32BE() % maps
}
