// The port Emergencies: one ConfigMap for each ask, and one with the trusted configuration, in the record namespace.
import { gunzipSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import {
  EMERGENCY_LABEL,
  LONGEST_REASON,
  askName,
  keptName,
} from '../../../domain/cluster/emergency.ts'
import type { EmergencyAsk } from '../../../domain/cluster/emergency.ts'
import { guardPolicyName } from '../../../domain/cluster/grant.ts'
import { jsonOf } from '../../../domain/json-text.ts'
import { failure } from '../../../domain/problem.ts'
import type { Emergencies, KeptFiles } from '../../../ports/records.ts'
import { refusingPolicy } from '../http/admission-refusal.ts'
import { apiRefusal, statusMessage } from '../http/api-server-refusal.ts'
import type { Asking } from '../http/api-transport.ts'
import type { RecordPlace } from './lease-store.ts'
import { ObjectClient } from './object-client.ts'

/** With the most annotations that Kubernetes takes; one that is larger was not written under the guard. */
const OBJECT_BYTES = 4 * 1024 * 1024
/** A ConfigMap has at most 1 MiB, and base64 is a third longer. */
const MOST_BYTES = 700_000
/** What a packed text may unpack to. */
const MOST_UNPACKED = 16 * 1024 * 1024
const FILES_KEY = 'files.json.gz'

const ASK = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.iso.datetime(),
    deletionTimestamp: z.undefined().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  data: z.strictObject({
    request: z.string(),
    seconds: z.string().regex(/^[1-9][0-9]{2,4}$/),
    reason: z.string().min(1).max(LONGEST_REASON),
    first: z.string(),
    second: z.string().optional(),
  }),
})
const KEPT = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  binaryData: z.record(z.string(), z.string()).default({}),
})
const FILES = z.object({
  commit: z.string(),
  files: z.array(z.object({ path: z.string(), blob: z.string(), bytes: z.base64() })),
})

export function kubernetesEmergencies(
  transport: Asking,
  { namespace, owner }: RecordPlace,
): Emergencies {
  const configMaps = new ObjectClient(transport, 'ConfigMap', namespace)
  const labels = { [EMERGENCY_LABEL]: owner }
  return {
    async list() {
      const labelSelector = `${EMERGENCY_LABEL}=${owner}`
      const call = { doing: 'list the asks', labelSelector, objectBytes: OBJECT_BYTES }
      const { items } = await configMaps.list(call, askIn)
      return items.flatMap(each => each ?? [])
    },

    async read(request) {
      const name = askName(owner, request)
      const found = await configMaps.look(name, z.unknown(), `read the ask for ${request}`)
      if (found !== 'hidden') return found === null ? null : askIn(found)
      throw failure(
        'EMERGENCY_ROLE',
        `this login may not read ${name} in ${namespace}`,
        'give the people their rights, as an administrator: countersign manifests emergency | kubectl apply -f -',
      )
    },

    async ask({ request, seconds, reason, first }) {
      const doing = `ask for ${request}`
      const data = { request, seconds: `${seconds}`, reason, first }
      const object = { metadata: { name: askName(owner, request), labels }, data }
      return (await configMaps.write(object, z.unknown(), doing)) !== null
    },

    async join({ request, seconds, reason, first, version, uid }, second) {
      const metadata = { name: askName(owner, request), uid, resourceVersion: version, labels }
      const data = { request, seconds: `${seconds}`, reason, first, second }
      const doing = `ask for ${request} too`
      return (await configMaps.write({ metadata, data }, z.unknown(), doing)) !== null
    },

    async remove({ request, uid }) {
      await configMaps.remove(askName(owner, request), { uid }, `delete the ask`, false)
    },

    async isGuarded(request, other) {
      const data = { request, seconds: '600', reason: 'a trial of the guard', first: other }
      const body = configMaps.wire({ metadata: { name: askName(owner, request), labels }, data })
      const answer = await configMaps.ask('POST', { query: { dryRun: 'All' }, body })
      const policy = refusingPolicy(statusMessage(answer))
      if (policy === guardPolicyName(owner, 'emergency')) return true
      // An ask of that name shows that nothing refused this one before.
      if (answer.status === 201 || answer.status === 409) return false
      throw apiRefusal(answer, 'try the guard', configMaps.needs('create'))
    },

    async readKept() {
      const found = await configMaps.read(keptName(owner), KEPT, 'read the kept configuration')
      return found === null ? null : unpacked(found.binaryData[FILES_KEY] ?? '')
    },

    async keep(kept) {
      const before = await configMaps.read(keptName(owner), KEPT, 'read the kept configuration')
      const text = packed(kept)
      if (before?.binaryData[FILES_KEY] === text) return
      const name = keptName(owner)
      const metadata = before === null ? { name } : { name, ...before.metadata }
      const object = { metadata, binaryData: { [FILES_KEY]: text } }
      const written = await configMaps.write(object, z.unknown(), 'keep the configuration')
      if (written !== null) return
      throw failure('CLUSTER_CHANGED', `another run wrote ${name} in ${namespace}`, 'run it again')
    },
  }

  /** Null for what the guard would not have let be written. */
  function askIn(wire: unknown): EmergencyAsk | null {
    const { data: object } = ASK.safeParse(wire)
    if (object === undefined) return null
    const { metadata, data } = object
    const isNamed = metadata.name === askName(owner, data.request)
    if (!isNamed || metadata.labels[EMERGENCY_LABEL] !== owner) return null
    return {
      ...data,
      seconds: Number(data.seconds),
      second: data.second ?? null,
      at: new Date(metadata.creationTimestamp),
      uid: metadata.uid,
      version: metadata.resourceVersion,
    }
  }
}

function packed({ commit, files }: KeptFiles): string {
  const encoded = files.map(({ path, blob, bytes }) => ({
    path,
    blob,
    bytes: Buffer.from(bytes).toString('base64'),
  }))
  const zipped = gzipSync(JSON.stringify({ commit, files: encoded }))
  if (zipped.length <= MOST_BYTES) return zipped.toString('base64')
  throw failure(
    'EMERGENCY_TOO_LARGE',
    `the configuration, the policies and the request files of the emergency have ${zipped.length} bytes packed, and ${MOST_BYTES} can be kept`,
    'name fewer requests in emergency.requests',
  )
}

function unpacked(text: string): KeptFiles | null {
  try {
    const options = { maxOutputLength: MOST_UNPACKED }
    const json = gunzipSync(Buffer.from(text, 'base64'), options).toString('utf8')
    const { data } = FILES.safeParse(jsonOf(json))
    if (data === undefined) return null
    const files = data.files.map(each => ({ ...each, bytes: Buffer.from(each.bytes, 'base64') }))
    return { ...data, files }
  } catch {
    return null
  }
}
