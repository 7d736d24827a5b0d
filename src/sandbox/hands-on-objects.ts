// A person's hands on the objects, past authorization but through the API's own rules: approve, deny, delete, look.
import { at, copy, listAt, memberObject, textAt } from './api/json-values.ts'
import type { JsonObject } from './api/json-values.ts'
import type { Registry, Target } from './api/registry.ts'
import {
  CLUSTER_ROLES,
  CONFIG_MAPS,
  NAMESPACES,
  SECRETS,
  SIGNING_REQUESTS,
} from './api/resources.ts'
import type { Resource } from './api/resources.ts'
import type { Change, ObjectStore } from './storage/object-store.ts'
import { AUTHENTICATED, MASTERS, SIGNING_CONTROLLER } from './authorization/api-users.ts'
import type { User } from './authorization/api-users.ts'

const BY_NAME = {
  secrets: SECRETS,
  configmaps: CONFIG_MAPS,
  namespaces: NAMESPACES,
  clusterroles: CLUSTER_ROLES,
  certificatesigningrequests: SIGNING_REQUESTS,
}

export type ResourceName = keyof typeof BY_NAME

const HUMAN: User = { name: 'owner', uid: '', groups: [MASTERS, AUTHENTICATED], extra: {} }

export type ObjectChange = Pick<Change, 'type' | 'object'>

export class Objects {
  readonly #store: ObjectStore
  readonly #registry: Registry

  constructor(store: ObjectStore, registry: Registry) {
    this.#store = store
    this.#registry = registry
  }

  /** An object as stored, null where there is none. Cluster-scoped kinds take '' as namespace. */
  read(resource: ResourceName, namespace: string, name: string): JsonObject | null {
    return this.#store.read(BY_NAME[resource], namespace, name)
  }

  list(resource: ResourceName, namespace = ''): readonly JsonObject[] {
    return this.#store.list(BY_NAME[resource], namespace)
  }

  /** Creates an object; throws StatusError where the API would refuse it. */
  create(resource: ResourceName, object: JsonObject): JsonObject {
    const namespace = textAt(object, 'metadata', 'namespace')
    const target = this.#target(BY_NAME[resource], namespace, '')
    return this.#registry.create(target, jsonBody(object)).object
  }

  /** Replaces an object; throws StatusError. */
  replace(resource: ResourceName, object: JsonObject, subresource = ''): JsonObject {
    const target = this.#target(
      BY_NAME[resource],
      textAt(object, 'metadata', 'namespace'),
      textAt(object, 'metadata', 'name'),
    )
    return this.#registry.replace({ ...target, subresource }, jsonBody(object)).object
  }

  remove(resource: ResourceName, namespace: string, name: string): void {
    this.#registry.remove(this.#target(BY_NAME[resource], namespace, name), {})
  }

  createNamespace(name: string): void {
    if (this.#store.namespaceExists(name)) return
    this.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }

  /** Adds Approved to a CertificateSigningRequest. */
  approve(name: string, reason = 'KubectlApprove', message = ''): void {
    this.#decide(name, 'Approved', reason, message)
  }

  /** Adds Denied, as a person with kubectl would. */
  deny(name: string, reason = 'KubectlDeny', message = ''): void {
    this.#decide(name, 'Denied', reason, message)
  }

  /** Deletes a CertificateSigningRequest and creates one of the same name: another uid, no conditions. */
  recreate(name: string): void {
    const old = this.#registry.read(this.#target(SIGNING_REQUESTS, '', name))
    this.remove('certificatesigningrequests', '', name)
    const { request, signerName, usages, expirationSeconds } = memberObject(copy(old), 'spec')
    const spec: JsonObject = { request: request ?? '', signerName: signerName ?? '' }
    if (usages !== undefined) spec['usages'] = usages
    if (expirationSeconds !== undefined) spec['expirationSeconds'] = expirationSeconds
    this.create('certificatesigningrequests', { metadata: { name }, spec })
  }

  /** Calls back after each change of a kind, until the answer is called. */
  onChange(resource: ResourceName, listener: (change: ObjectChange) => void): () => void {
    return this.#store.subscribe(change => {
      if (change.resource !== BY_NAME[resource]) return
      listener({ type: change.type, object: copy(change.object) })
    })
  }

  /** The first change of a kind for which the test holds, from now on. */
  next(resource: ResourceName, test: (change: ObjectChange) => boolean): Promise<ObjectChange> {
    return new Promise(resolve => {
      const stop = this.onChange(resource, change => {
        if (!test(change)) return
        stop()
        resolve(change)
      })
    })
  }

  /** Writes status as the signing controller does; a conflict or a deletion meanwhile is nothing to it. */
  updateStatus(object: JsonObject): void {
    const name = textAt(object, 'metadata', 'name')
    const target = this.#target(SIGNING_REQUESTS, '', name, SIGNING_CONTROLLER)
    this.#registry.replace({ ...target, subresource: 'status' }, jsonBody(object))
  }

  #decide(name: string, type: string, reason: string, message: string): void {
    const target = this.#target(SIGNING_REQUESTS, '', name)
    const object = this.#registry.read(target)
    const conditions = listAt(object, 'status', 'conditions')
    const condition = { type, status: 'True', reason, message }
    memberObject(object, 'status')['conditions'] = [...conditions, condition]
    this.#registry.replace({ ...target, subresource: 'approval' }, jsonBody(object))
  }

  #target(resource: Resource, namespace: string, name: string, user: User = HUMAN): Target {
    const options = {
      isDryRun: false,
      manager: user === SIGNING_CONTROLLER ? 'kube-controller-manager' : 'kubectl',
      isStrict: false,
      warnsUnknownFields: false,
      force: false,
    }
    return { resource, namespace, name, subresource: '', user, options }
  }
}

function jsonBody(object: JsonObject): { readonly text: string; readonly type: string } {
  return { text: JSON.stringify(object), type: 'application/json' }
}

/** True where a CertificateSigningRequest has this condition. */
export function hasCondition(object: JsonObject, type: string): boolean {
  return listAt(object, 'status', 'conditions').some(
    condition => at(condition, 'type') === type && at(condition, 'status') === 'True',
  )
}
