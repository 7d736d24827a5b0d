// The port SetupObjects: reads, dry runs and writes of the kinds that countersign installs.
import { z } from 'zod'
import type { ObjectName } from '../../../domain/cluster/manifest.ts'
import type {
  NamespacedObject,
  SetupObjects,
  SetupWrite,
  StoredObject,
} from '../../../ports/setup-objects.ts'
import { readAnswer, refusal, statusMessage } from '../http/api-server-refusal.ts'
import type { NeededRule } from '../http/api-server-refusal.ts'
import type { Answer, Call, Transport } from '../http/api-transport.ts'

type Kind = ObjectName['kind'] | NamespacedObject['kind']

const RBAC = 'rbac.authorization.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'

/** Kind → API group and resource. */
const RESOURCES: Readonly<Record<Kind, readonly [string, string]>> = {
  ConfigMap: ['', 'configmaps'],
  Namespace: ['', 'namespaces'],
  ServiceAccount: ['', 'serviceaccounts'],
  ClusterRole: [RBAC, 'clusterroles'],
  ClusterRoleBinding: [RBAC, 'clusterrolebindings'],
  Role: [RBAC, 'roles'],
  RoleBinding: [RBAC, 'rolebindings'],
  ValidatingAdmissionPolicy: [ADMISSION, 'validatingadmissionpolicies'],
  ValidatingAdmissionPolicyBinding: [ADMISSION, 'validatingadmissionpolicybindings'],
}

const STORED = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().exactOptional(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.iso.datetime(),
    deletionTimestamp: z.iso.datetime().exactOptional(),
    labels: z.record(z.string(), z.string()).exactOptional(),
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

export class KubernetesSetupObjects implements SetupObjects {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async read(object: ObjectName): Promise<StoredObject | 'hidden' | null> {
    const answer = await this.#transport.ask({ method: 'GET', path: pathOf(object) })
    if (answer.status === 404) return null
    if (answer.status === 403) return 'hidden'
    const read = readAnswer(answer, STORED, `read ${titleOf(object)}`, rule(object, 'get'))
    return { ...read, kind: object.kind }
  }

  async named(kind: ObjectName['kind'], name: string | null): ReturnType<SetupObjects['named']> {
    const query = name === null ? {} : { fieldSelector: `metadata.name=${name}` }
    const answer = await this.#list(kind, '', query)
    if (answer.status === 403) return 'hidden'
    const needs = rule({ kind, metadata: { name: name ?? '' } }, 'list')
    const { items } = readAnswer(answer, LIST, `list ${kind} ${name ?? ''}`.trimEnd(), needs)
    return items.map(item => ({ ...item, kind }))
  }

  async inNamespace(
    kind: NamespacedObject['kind'],
    namespace: string,
  ): ReturnType<SetupObjects['inNamespace']> {
    const answer = await this.#list(kind, namespace)
    if (answer.status === 403) return 'hidden'
    const needs = rule({ kind, metadata: { name: '', namespace } }, 'list')
    const { items } = readAnswer(answer, NAMESPACED, `list each ${kind} of ${namespace}`, needs)
    return items.map(({ metadata: { name, labels }, subjects }) => ({
      kind,
      name,
      labels,
      subjects,
    }))
  }

  async rehearse(write: SetupWrite): Promise<string | null> {
    const call = callOf(write)
    // A DELETE with options in its body ignores those of the query, and would delete.
    const options = write.verb === 'delete' ? { body: { ...call.body, dryRun: ['All'] } } : {}
    const answer = await this.#transport.ask({ ...call, ...options, query: { dryRun: 'All' } })
    const isAbsent = answer.status === 404 && statusMessage(answer).includes('" not found')
    if (answer.status < 300 || isAbsent || answer.status === 409) return null
    // Any other 404 is of a kind that this API server does not have.
    if (answer.status === 403 || answer.status === 404) return statusMessage(answer)
    throw refused(write, answer)
  }

  async write(write: SetupWrite): Promise<'done' | 'conflict'> {
    const answer = await this.#transport.ask(callOf(write))
    if (answer.status < 300 || (answer.status === 404 && write.verb === 'delete')) return 'done'
    if (answer.status === 409 || (answer.status === 404 && write.verb === 'update'))
      return 'conflict'
    throw refused(write, answer)
  }

  #list(kind: Kind, namespace: string, query: Readonly<Record<string, string>> = {}) {
    const path = collection({ kind, metadata: namespace === '' ? {} : { namespace } })
    return this.#transport.ask({ method: 'GET', path, query })
  }
}

interface Addressed {
  readonly kind: Kind
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

function callOf(write: SetupWrite): Call & { readonly body: object } {
  if (write.verb === 'create')
    return { method: 'POST', path: collection(write.object), body: write.object }
  const { uid, resourceVersion } = write.live.metadata
  const path = pathOf(write.live)
  if (write.verb === 'delete')
    return {
      method: 'DELETE',
      path,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    }
  const metadata = { ...write.live.metadata, ...write.object.metadata, resourceVersion }
  return { method: 'PUT', path, body: { ...write.live, ...write.object, metadata } }
}

function collection({
  kind,
  metadata: { namespace },
}: Pick<Addressed, 'kind'> & { readonly metadata: { readonly namespace?: string } }): string {
  const [group, plural] = RESOURCES[kind]
  const within = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${group === '' ? '/api' : `/apis/${group}`}/v1${within}/${plural}`
}

function pathOf(object: Addressed): string {
  return `${collection(object)}/${encodeURIComponent(object.metadata.name)}`
}

function titleOf({ kind, metadata }: Addressed): string {
  const { namespace, name } = metadata
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

function refused(write: SetupWrite, answer: Answer): Error {
  const object = write.verb === 'create' ? write.object : write.live
  return refusal(answer, `${write.verb} ${titleOf(object)}`, rule(object, write.verb))
}

function rule({ kind, metadata }: Addressed, verb: string): NeededRule {
  const [apiGroup, resource] = RESOURCES[kind]
  const name = verb === 'create' || metadata.name === '' ? null : metadata.name
  return { apiGroup, resource, verb, namespace: metadata.namespace ?? null, name }
}
