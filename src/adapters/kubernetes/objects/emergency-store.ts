// The port Emergencies: one ConfigMap for each ask, and one with the trusted configuration, in the record namespace.
import { z } from 'zod'
import {
  EMERGENCY_LABEL,
  LONGEST_REASON,
  askName,
  keptName,
} from '../../../domain/cluster/emergency.ts'
import { guardPolicyName } from '../../../domain/cluster/grant.ts'
import { jsonOf } from '../../../domain/json-text.ts'
import { failure } from '../../../domain/problem.ts'
import type { Emergencies, KeptFiles } from '../../../ports/records.ts'
import { refusingPolicy } from '../http/admission-refusal.ts'
import { apiRefusal, statusMessage } from '../http/api-server-refusal.ts'
import type { Asking } from '../http/api-transport.ts'
import type { RecordPlace } from './lease-store.ts'
import { ObjectClient } from './object-client.ts'

const NAMED = { uid: z.string(), resourceVersion: z.string() }
/** What is not as the guard lets it be written is no ask. */
const ASK = z.object({
  metadata: z.object({
    ...NAMED,
    creationTimestamp: z.iso.datetime(),
    deletionTimestamp: z.undefined().optional(),
    labels: z.record(z.string(), z.string()),
  }),
  data: z.strictObject({
    request: z.string(),
    seconds: z.string().regex(/^[1-9][0-9]{2,4}$/),
    reason: z.string().min(1).max(LONGEST_REASON),
    first: z.string(),
    second: z.string().optional(),
  }),
})
const FILES_KEY = 'files.json'
const KEPT = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
})
const FILES = z.object({
  commit: z.string(),
  branch: z.string(),
  trustedConfig: z.string(),
  files: z.array(z.object({ path: z.string(), blob: z.string(), bytes: z.base64() })),
})
export function kubernetesEmergencies(
  transport: Asking,
  { namespace, owner }: RecordPlace,
): Emergencies {
  const configMaps = new ObjectClient(transport, 'ConfigMap', namespace)
  const labels = { [EMERGENCY_LABEL]: owner }
  const kept = keptName(owner)
  /** What this process kept last: another text of the same commit is not its own. */
  let own: KeptFiles['commit'] | null = null
  let ownText = ''
  const readKept = () => configMaps.read(kept, KEPT, 'read the kept configuration')
  return {
    async read(request) {
      const found = await configMaps.read(askName(owner, request), z.unknown(), 'read the ask')
      const ask = ASK.safeParse(found)
      if (!ask.success || ask.data.data.request !== request) return null
      const { metadata, data } = ask.data
      if (metadata.labels[EMERGENCY_LABEL] !== owner) return null
      return {
        ...data,
        seconds: Number(data.seconds),
        second: data.second ?? null,
        at: new Date(metadata.creationTimestamp),
        uid: metadata.uid,
        version: metadata.resourceVersion,
      }
    },

    async write({ request, seconds, reason, first }, joined) {
      const version = joined && { uid: joined.ask.uid, resourceVersion: joined.ask.version }
      const metadata = { name: askName(owner, request), labels, ...version }
      const second = joined && { second: joined.second }
      const object = {
        metadata,
        data: { request, seconds: `${seconds}`, reason, first, ...second },
      }
      return (await configMaps.write(object, z.unknown(), `ask for ${request}`)) !== null
    },

    async remove({ request, uid }) {
      await configMaps.remove(askName(owner, request), { uid }, 'delete the ask', false)
    },

    async isGuarded(request, other) {
      const data = { request, seconds: '600', reason: 'a trial of the guard', first: other }
      const body = configMaps.wire({ metadata: { name: askName(owner, request), labels }, data })
      const answer = await configMaps.ask('POST', { query: { dryRun: 'All' }, body })
      const policy = refusingPolicy(statusMessage(answer))
      if (policy === guardPolicyName(owner, 'emergency')) return true
      // Where there is such an ask, nothing refused this one before.
      if (answer.status === 201 || answer.status === 409) return false
      throw apiRefusal(answer, 'try the guard', configMaps.needs('create'))
    },

    async readKept() {
      const text = (await readKept())?.data[FILES_KEY] ?? ''
      const { data } = FILES.safeParse(jsonOf(text))
      if (data === undefined || (data.commit === own && text !== ownText)) return null
      const files = data.files.map(each => ({ ...each, bytes: Buffer.from(each.bytes, 'base64') }))
      return { ...data, files }
    },

    async keep({ files, ...of }) {
      const before = await readKept()
      const encoded = files.map(each => ({
        ...each,
        bytes: Buffer.from(each.bytes).toString('base64'),
      }))
      const text = JSON.stringify({ ...of, files: encoded })
      ;[own, ownText] = [of.commit, text]
      if (before?.data[FILES_KEY] === text) return
      const object = { metadata: { name: kept, ...before?.metadata }, data: { [FILES_KEY]: text } }
      if ((await configMaps.write(object, z.unknown(), 'keep the configuration')) !== null) return
      throw failure('CLUSTER_CHANGED', `another run wrote ${kept} in ${namespace}`, 'run it again')
    },
  }
}
