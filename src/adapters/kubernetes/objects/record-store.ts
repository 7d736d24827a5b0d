// The port Records: one ConfigMap per request in the record namespace. Compare-and-swap by resourceVersion.
import { CountersignError, failure } from '../../../domain/problem.ts'
import { OWNER_LABEL, recordName } from '../../../domain/cluster/record.ts'
import type { BrokenRecord, RequestRecord } from '../../../domain/cluster/record.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { Records } from '../../../ports/records.ts'
import { z } from 'zod'
import { clusterRule, refusal, unreadable } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import { listAll } from '../http/paged-list.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import { RECORD_KEY, RECORD_VERSION, encodeRecord, decodeRecord } from './record-json.ts'
import type { Asking } from '../http/api-transport.ts'

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
  readonly #transport: Asking
  readonly #namespace: string
  readonly #owner: string
  readonly #cluster: string

  constructor(transport: Asking, at: { namespace: string; owner: string; cluster: string }) {
    this.#transport = transport
    this.#namespace = at.namespace
    this.#owner = at.owner
    this.#cluster = at.cluster
  }

  async list(): ReturnType<Records['list']> {
    const call = {
      path: this.#path(null),
      labelSelector: `${OWNER_LABEL}=${this.#owner}`,
      doing: 'list the records',
      needs: this.#needs('list'),
      objectBytes: OBJECT_BYTES,
    }
    const { items: read, tooLarge } = await listAll(this.#transport, call, item =>
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
    const answer = await this.#transport.ask({ method: 'GET', path: this.#path(request) })
    if (answer.status === 404) return null
    if (answer.status !== 200)
      throw refusal(answer, `read the record of ${request}`, this.#needs('get'))
    return this.#read(answer.body)
  }

  async write(record: RequestRecord): ReturnType<Records['write']> {
    const isNew = record.version === null
    const content = encodeRecord(record)
    const answer = await this.#transport.ask({
      method: isNew ? 'POST' : 'PUT',
      path: this.#path(isNew ? null : record.request),
      body: this.#wire(record, content),
    })
    if (answer.status === 409 || (!isNew && answer.status === 404)) return { kind: 'conflict' }
    if (answer.status !== 200 && answer.status !== 201)
      throw refusal(
        answer,
        `write the record of ${record.request}`,
        this.#needs(isNew ? 'create' : 'update'),
      )
    return { kind: 'written', record: this.#read(answer.body, { record, content }) }
  }

  #wire(record: RequestRecord, content: string): unknown {
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: this.#name(record.request),
        namespace: this.#namespace,
        labels: { [OWNER_LABEL]: this.#owner },
        ...record.version,
      },
      data: { [RECORD_KEY]: content },
    }
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

  #path(request: string | null): string {
    const all = `/api/v1/namespaces/${encodeURIComponent(this.#namespace)}/configmaps`
    return request === null ? all : `${all}/${encodeURIComponent(this.#name(request))}`
  }

  #needs(verb: string): NeededRule {
    return { ...clusterRule('', 'configmaps', verb), namespace: this.#namespace }
  }
}
