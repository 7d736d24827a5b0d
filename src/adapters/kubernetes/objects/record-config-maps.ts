// The port Records: one ConfigMap per request in the record namespace. Compare-and-swap by resourceVersion.
import { CountersignError, failure } from '../../../domain/problem.ts'
import { marksName } from '../../../domain/cluster/cluster-marks.ts'
import type { ClusterMarks } from '../../../domain/cluster/cluster-marks.ts'
import { jsonOf } from '../../../domain/json-text.ts'
import { OWNER_LABEL, recordName } from '../../../domain/cluster/record.ts'
import type { BrokenRecord, RequestRecord } from '../../../domain/cluster/record.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { Records } from '../../../ports/records.ts'
import { z } from 'zod'
import { apiRefusal, takesNoDryRun, unreadable } from '../http/api-server-refusal.ts'
import { REMEMBERED_SCHEMA } from '../../../lib/schema/marks-schema.ts'
import { tooLargeProblems } from '../../../lib/source/too-large-objects.ts'
import { RECORD_KEY, RECORD_VERSION, encodeRecord, decodeRecord } from './record-json.ts'
import type { Asking } from '../http/api-transport.ts'
import type { RecordPlace } from './lease-store.ts'
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

const MARKS_KEY = 'marks.json'
const MARKS = REMEMBERED_SCHEMA.pick({ marks: true }).extend({
  state: z.string(),
  lost: REMEMBERED_SCHEMA.nullable(),
})

/** A ConfigMap has at most 1 MiB of data; quotes of a record are escaped once more. */
const OBJECT_BYTES = 4 * 1024 * 1024

interface SentRecord {
  readonly record: RequestRecord
  readonly content: string
}

export function kubernetesRecords(
  transport: Asking,
  { namespace, owner, cluster }: RecordPlace & { readonly cluster: string },
): Records {
  const configMaps = new ObjectClient(transport, 'ConfigMap', namespace)
  return {
    async list() {
      const labelSelector = `${OWNER_LABEL}=${owner}`
      const call = { doing: 'list the records', labelSelector, objectBytes: OBJECT_BYTES }
      const { items: read, tooLarge } = await configMaps.list(call, readOrBroken)
      return {
        marks: read.find(each => 'marks' in each) ?? null,
        records: read.flatMap(each => ('history' in each ? [each] : [])),
        broken: [
          ...read.flatMap(each => ('problem' in each ? [each] : [])),
          ...tooLarge.flatMap(name =>
            tooLargeProblems('ConfigMap', [name], namespace).map(it => broken(name, it)),
          ),
        ],
      }
    },

    async read(request) {
      const doing = `read the record of ${request}`
      const found = await configMaps.read(recordName(owner, request), z.unknown(), doing)
      return found === null ? null : recordIn(found)
    },

    async rehearse(record) {
      const body = configMaps.wire(objectOf(record, encodeRecord(record)))
      const answer = await configMaps.ask('POST', { body, query: { dryRun: 'All' } })
      if (answer.status === 201 || answer.status === 409 || takesNoDryRun(answer)) return
      throw apiRefusal(answer, `write the record of ${record.request}`, configMaps.needs('create'))
    },

    async write(record) {
      const content = encodeRecord(record)
      const object = objectOf(record, content)
      const doing = `write the record of ${record.request}`
      const written = await configMaps.write(object, z.unknown(), doing)
      if (written === null) return { kind: 'conflict' }
      return { kind: 'written', record: recordIn(written, { record, content }) }
    },

    async writeMarks({ version, ...marks }) {
      const named = { name: marksName(owner), namespace, labels: { [OWNER_LABEL]: owner } }
      const metadata = version === null ? named : { ...named, resourceVersion: version }
      const object = { metadata, data: { [MARKS_KEY]: JSON.stringify(marks, null, 2) } }
      const written = await configMaps.write(object, CONFIG_MAP, 'write the marks of the records')
      return written === null ? null : marksIn(written)
    },
  }

  function objectOf({ request, version }: RequestRecord, content: string) {
    const labels = { [OWNER_LABEL]: owner }
    const metadata = { name: recordName(owner, request), namespace, labels, ...version }
    return { metadata, data: { [RECORD_KEY]: content } }
  }

  /** An unreadable record is reported with the name of its ConfigMap, so that it blocks its own request and no other. */
  function readOrBroken(wire: unknown): RequestRecord | BrokenRecord | ClusterMarks {
    const object = CONFIG_MAP.safeParse(wire)
    if (object.data?.metadata.name === marksName(owner)) return marksIn(object.data)
    try {
      return recordIn(wire)
    } catch (cause) {
      if (!(cause instanceof CountersignError) || !object.success) throw cause
      return broken(object.data.metadata.name, cause.problem)
    }
  }

  /** Without its marks a restore is not seen, so marks that cannot be read stop the cluster. */
  function marksIn({ metadata, data }: z.infer<typeof CONFIG_MAP>): ClusterMarks {
    const parsed = MARKS.safeParse(jsonOf(data[MARKS_KEY] ?? ''))
    if (parsed.success) return { ...parsed.data, version: metadata.resourceVersion }
    throw failure(
      'CLUSTER_RECORD',
      `ConfigMap ${namespace}/${metadata.name} has no marks that this countersign reads`,
      'use the countersign that wrote it, or delete the ConfigMap: runs that remember it then report CLUSTER_RESTORED',
    )
  }

  function broken(name: string, problem: Problem): BrokenRecord {
    return { request: name.slice(recordName(owner, '').length), cluster, problem }
  }

  /** The content is decoded only if it is not what was `sent`. */
  function recordIn(wire: unknown, sent?: SentRecord): RequestRecord {
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
        `ConfigMap ${namespace}/${metadata.name} has a record of version ${record.otherVersion}, and this countersign reads version ${RECORD_VERSION}`,
        'use the countersign that wrote it, or delete the ConfigMap: the next apply issues a new certificate, and earlier ones work until they expire',
      )
    const isNamed = record !== null && metadata.name === recordName(owner, record.request)
    const isOurs = isNamed && metadata.labels[OWNER_LABEL] === owner
    if (isOurs && record.cluster !== cluster)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${namespace}/${metadata.name} is a record of the cluster ${record.cluster}, and the configuration names it ${cluster}`,
        `set the name of the cluster back to ${record.cluster}`,
      )
    if (!isOurs)
      throw failure(
        'CLUSTER_RECORD',
        `ConfigMap ${namespace}/${metadata.name} is not a record that countersign wrote for ${owner}`,
        'look at it, and delete it if nobody needs it: the next apply makes a new one',
      )
    return record
  }
}
