// The port SetupObjects: reads, dry runs and writes of the kinds that countersign installs.
import { z } from 'zod'
import type { Manifest, ObjectName } from '../../../domain/cluster/manifest.ts'
import type { SetupObjects, SetupWrite } from '../../../ports/setup-objects.ts'
import { readAnswer, apiRefusal, statusMessage } from '../http/api-server-refusal.ts'
import type { Reply, Asking } from '../http/api-transport.ts'
import { ObjectClient, deleteOptions } from './object-client.ts'

const STORED = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().exactOptional(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.iso.datetime(),
    deletionTimestamp: z.iso.datetime().exactOptional(),
    labels: z.record(z.string(), z.string()).exactOptional(),
    managedFields: z.array(z.looseObject({ time: z.string().exactOptional() })).exactOptional(),
  }),
})
const LIST = z.object({ items: z.array(STORED) })
const NAMESPACED = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
      }),
      subjects: z.array(z.record(z.string(), z.string())).default([]),
    }),
  ),
})

export function kubernetesSetupObjects(transport: Asking): SetupObjects {
  return {
    async read(object) {
      const { kind, metadata } = object
      const read = await at(object).look(metadata.name, STORED, `read ${titleOf(object)}`)
      return read === null || read === 'hidden' ? read : { ...read, kind }
    },

    async named(kind, name) {
      const query = name === null ? {} : { fieldSelector: `metadata.name=${name}` }
      const objects = new ObjectClient(transport, kind)
      const answer = await objects.ask('GET', { query })
      if (answer.status === 403) return 'hidden'
      const doing = `list ${kind} ${name ?? ''}`.trimEnd()
      const { items } = readAnswer(answer, LIST, doing, objects.needs('list', name))
      return items.map(item => ({ ...item, kind }))
    },

    async inNamespace(kind, namespace) {
      const objects = new ObjectClient(transport, kind, namespace)
      const answer = await objects.ask('GET')
      if (answer.status === 403) return 'hidden'
      const doing = `list each ${kind} of ${namespace}`
      const { items } = readAnswer(answer, NAMESPACED, doing, objects.needs('list'))
      return items.map(({ metadata, subjects }) => ({ kind, ...metadata, subjects }))
    },

    async rehearse(write) {
      const answer = await send(write, true)
      const isAbsent = answer.status === 404 && statusMessage(answer).includes('" not found')
      if (answer.status < 300 || isAbsent || answer.status === 409) return null
      // Any other 404 is of a kind that this API server does not have.
      if (answer.status === 403 || answer.status === 404) return statusMessage(answer)
      throw refused(write, answer)
    },

    async write(write) {
      const answer = await send(write, false)
      if (answer.status < 300 || (answer.status === 404 && write.verb === 'delete')) return 'done'
      if (answer.status === 409 || (answer.status === 404 && write.verb === 'update'))
        return 'conflict'
      throw refused(write, answer)
    },
  }

  function at({ kind, metadata }: ObjectName): ObjectClient {
    return new ObjectClient(transport, kind, metadata.namespace ?? null)
  }

  function send(write: SetupWrite, isDryRun: boolean): Promise<Reply> {
    const how = isDryRun ? { query: { dryRun: 'All' } } : {}
    if (write.verb === 'create')
      return at(write.object).ask('POST', { body: kubectlApplied(write.object), ...how })
    const { name, uid, resourceVersion } = write.live.metadata
    const objects = at(write.live)
    if (write.verb === 'delete') {
      // A DELETE with options in its body ignores those of the query, and would delete.
      const body = { ...deleteOptions({ uid }), ...(isDryRun ? { dryRun: ['All'] } : {}) }
      return objects.ask('DELETE', { name, body, ...how })
    }
    const made = kubectlApplied(write.object, write.live.metadata.annotations).metadata
    const metadata = { ...write.live.metadata, ...made, resourceVersion }
    return objects.ask('PUT', { name, body: { ...write.live, ...write.object, metadata }, ...how })
  }

  function refused(write: SetupWrite, answer: Reply): Error {
    const object = write.verb === 'create' ? write.object : write.live
    const name = write.verb === 'create' ? null : object.metadata.name
    const needs = at(object).needs(write.verb, name)
    return apiRefusal(answer, `${write.verb} ${titleOf(object)}`, needs)
  }
}

/** As kubectl apply writes it: a later one finds what to remove, and warns about nothing. */
function kubectlApplied(object: Manifest, others: Manifest['metadata']['annotations'] = {}) {
  const last = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) }
  const annotations = { ...others, ...object.metadata.annotations, ...last }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

function titleOf({ kind, metadata: { namespace, name } }: ObjectName): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}
