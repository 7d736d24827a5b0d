// The port IssuedNames: ConfigMaps of the record namespace. Each node has one key, in the map that the hash of its name gives.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { issuedNameMaps } from '../../../domain/cluster/controller-lease.ts'
import type { IssuedName, KeptNames } from '../../../domain/cluster/pending-request.ts'
import { failure } from '../../../domain/problem.ts'
import type { IssuedNames } from '../../../ports/records.ts'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Transport } from '../http/api-transport.ts'
import { NODE_PREFIX } from '../../../lib/kubernetes/kubernetes-name-rules.ts'
import type { LeasePlace } from './lease-store.ts'
import { parseJson } from './record-json.ts'

const CONFIG_MAP = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
})
/** Name → end. */
const NODE = z.record(z.string(), z.iso.datetime())

type Data = Readonly<Record<string, string>>

export class KubernetesIssuedNames implements IssuedNames {
  readonly #transport: Transport
  readonly #namespace: string
  readonly #maps: readonly string[]

  constructor(transport: Transport, { namespace, name }: LeasePlace) {
    this.#transport = transport
    this.#namespace = namespace
    this.#maps = issuedNameMaps(name)
  }

  async list(): Promise<KeptNames> {
    const read = await Promise.all(this.#maps.map(map => this.#read(map)))
    return {
      names: read.flatMap(({ names }) => names),
      versions: read.map(({ version }) => version),
    }
  }

  async write(names: readonly IssuedName[], { names: then, versions }: KeptNames): Promise<void> {
    for (const [at, map] of this.#maps.entries()) {
      const data = dataOf(names, at, this.#maps.length)
      if (JSON.stringify(data) === JSON.stringify(dataOf(then, at, this.#maps.length))) continue
      await this.#replace(map, data, versions[at] ?? null)
    }
  }

  async #read(map: string) {
    const answer = await this.#transport.ask({ method: 'GET', path: this.#path(map) })
    if (answer.status === 404) return { names: [], version: null }
    const { metadata, data } = readAnswer(answer, CONFIG_MAP, `read ${map}`, this.#needs('get'))
    const names = Object.entries(data).flatMap(([node, text]) => this.#namesOf(map, node, text))
    return { names, version: metadata.resourceVersion }
  }

  async #replace(map: string, data: Data, version: string | null): Promise<void> {
    const isNew = version === null
    const answer = await this.#transport.ask({
      method: isNew ? 'POST' : 'PUT',
      path: this.#path(isNew ? null : map),
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: map, ...(isNew ? {} : { resourceVersion: version }) },
        data,
      },
    })
    if (answer.status === 409 || (answer.status === 404 && !isNew))
      throw failure('CLUSTER_CHANGED', `ConfigMap ${this.#namespace}/${map} changed meanwhile`)
    readAnswer(answer, CONFIG_MAP, `write ${map}`, this.#needs(isNew ? 'create' : 'update'))
  }

  #namesOf(map: string, node: string, text: string): readonly IssuedName[] {
    const read = NODE.safeParse(parseJson(text))
    if (!read.success)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${this.#namespace}/${map} has something for ${node} that countersign did not write`,
        `take that key out: kubectl edit configmap ${map} --namespace ${this.#namespace}`,
      )
    return Object.entries(read.data).map(([name, until]) => ({
      name,
      commonName: `${NODE_PREFIX}${node}`,
      until: new Date(until),
    }))
  }

  #path(map: string | null): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/configmaps`
    return map === null ? all : `${all}/${encodeURIComponent(map)}`
  }

  #needs(verb: string): NeededRule {
    return { ...clusterRule('', 'configmaps', verb), namespace: this.#namespace }
  }
}

function dataOf(names: readonly IssuedName[], map: number, maps: number): Data {
  const nodes = new Map<string, IssuedName[]>()
  for (const each of names) {
    const node = each.commonName.slice(NODE_PREFIX.length)
    if (mapOf(node, maps) === map) nodes.set(node, [...(nodes.get(node) ?? []), each])
  }
  const sorted = [...nodes].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map(([node, held]) => [node, JSON.stringify(said(held))]))
}

function said(names: readonly IssuedName[]): Readonly<Record<string, unknown>> {
  const sorted = names.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return Object.fromEntries(sorted.map(({ name, until }) => [name, until.toISOString()]))
}

function mapOf(node: string, maps: number): number {
  return createHash('sha256').update(node).digest().readUInt32BE() % maps
}
