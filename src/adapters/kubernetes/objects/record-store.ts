// The port Records: one ConfigMap per request in the record namespace. Compare-and-swap by resourceVersion.
import { CountersignError, failure } from '../../../domain/problem.ts'
import { OWNER_LABEL, recordName } from '../../../domain/cluster/record.ts'
import type { BrokenRecord, RequestRecord } from '../../../domain/cluster/record.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { Records } from '../../../ports/records.ts'
import { z } from 'zod'
import { unreadable } from '../http/api-server-refusal.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import { RECORD_KEY, RECORD_VERSION, encodeRecord, decodeRecord } from './record-json.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const CONFIG_MAP = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  data: z.record(z.string(), z.string()).default({}),
})

/** A ConfigMap has at most 1 MiB of data; quotes of a record are escaped once more. */
const OBJECT_BYTES = 4 * 1024 * 1024

interface SentRecord {
  readonly record: RequestRecord
  readonly content: string
}

export class KubernetesRecords implements Records {
  readonly #configMaps: ObjectClient
  readonly #namespace: string
  readonly #owner: string
  readonly #cluster: string

  constructor(transport: Asking, at: { namespace: string; owner: string; cluster: string }) {
    this.#configMaps = new ObjectClient(transport, 'ConfigMap', at.namespace)
    this.#namespace = at.namespace
    this.#owner = at.owner
    this.#cluster = at.cluster
  }

  async list(): ReturnType<Records['list']> {
    const labelSelector = `${OWNER_LABEL}=${this.#owner}`
    const call = { doing: 'list the records', labelSelector, objectBytes: OBJECT_BYTES }
    const { items: read, tooLarge } = await this.#configMaps.list(call, item =>
      this.#readOrBroken(item),
    )
    return {
      records: read.flatMap(each => ('problem' in each ? [] : [each])),
      broken: [
        ...read.flatMap(each => ('problem' in each ? [each] : [])),
        ...tooLarge.flatMap(name =>
          tooLargeProblems('ConfigMap', [name], this.#namespace).map(it => this.#broken(name, it)),
        ),
      ],
    }
  }

  async read(request: string): Promise<RequestRecord | null> {
    const name = this.#name(request)
    const found = await this.#configMaps.read(name, z.unknown(), `read the record of ${request}`)
    return found === null ? null : this.#read(found)
  }

  async write(record: RequestRecord): ReturnType<Records['write']> {
    const content = encodeRecord(record)
    const metadata = {
      name: this.#name(record.request),
      namespace: this.#namespace,
      labels: { [OWNER_LABEL]: this.#owner },
      ...record.version,
    }
    const object = { metadata, data: { [RECORD_KEY]: content } }
    const doing = `write the record of ${record.request}`
    const written = await this.#configMaps.write(object, z.unknown(), doing)
    if (written === null) return { kind: 'conflict' }
    return { kind: 'written', record: this.#read(written, { record, content }) }
  }

  /** An unreadable record is reported with the name of its ConfigMap, so that it blocks its own request and no other. */
  #readOrBroken(wire: unknown): RequestRecord | BrokenRecord {
    try {
      return this.#read(wire)
    } catch (cause) {
      const named = CONFIG_MAP.safeParse(wire)
      if (!(cause instanceof CountersignError) || !named.success) throw cause
      return this.#broken(named.data.metadata.name, cause.problem)
    }
  }

  #broken(name: string, problem: Problem): BrokenRecord {
    return { request: name.slice(this.#name('').length), cluster: this.#cluster, problem }
  }

  /** The content is decoded only if it is not what was `sent`. */
  #read(wire: unknown, sent?: SentRecord): RequestRecord {
    const parsed = CONFIG_MAP.safeParse(wire)
    if (!parsed.success) throw unreadable('read a record', parsed.error)
    const { metadata, data } = parsed.data
    const version = { uid: metadata.uid, resourceVersion: metadata.resourceVersion }
    const content = data[RECORD_KEY] ?? ''
    const record =
      content === sent?.content ? { ...sent.record, version } : decodeRecord(content, version)
    if (record !== null && 'otherVersion' in record)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${this.#namespace}/${metadata.name} has a record of version ${record.otherVersion}, and this countersign reads version ${RECORD_VERSION}`,
        'use the countersign that wrote it, or delete the ConfigMap: the next apply issues a new certificate, and earlier ones work until they expire',
      )
    const named = record !== null && metadata.name === this.#name(record.request)
    if (!named || record.cluster !== this.#cluster || metadata.labels[OWNER_LABEL] !== this.#owner)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${this.#namespace}/${metadata.name} is not a record that countersign wrote for ${this.#owner}`,
        'look at it, and delete it if nobody needs it: the next apply makes a new one',
      )
    return record
  }

  #name(request: string): string {
    return recordName(this.#owner, request)
  }
}
