// Create, read, replace, patch, apply and delete: the pipeline all kinds share
// (k8s.io/apiserver/pkg/registry/generic/registry/store.go, pkg/endpoints/handlers).
import type { Admission, AdmissionRequest } from '../admission/admission-request.ts'
import type { Authorizer } from '../authorization/authorize.ts'
import { decodeObject, patchOf, readApplied, readBody } from './request-body.ts'
import type { Body } from './request-body.ts'
import { timeText } from './decode-object.ts'
import { copy, isObject, objectAt, memberObject, same, textAt } from './json-values.ts'
import type { JsonObject } from './json-values.ts'
import { heldObject, isFreed } from './finalizers.ts'
import { applyObject, trackUpdate } from './managed-fields.ts'
import type { Writer } from './managed-fields.ts'
import { immutableMetadata, keepSystemMetadata } from './metadata.ts'
import { patchedObject } from './json-patch.ts'
import {
  checkAddress,
  checkDeletion,
  checkRevision,
  namespaceMismatch,
  pathErrors,
  refuseInvalid,
  refuseUndeclared,
  uidPrecondition,
  uidWithoutObject,
} from './preconditions.ts'
import type { WriteOptions } from './request-options.ts'
import { apiVersion, NAMESPACES } from './resources.ts'
import type { Resource } from './resources.ts'
import * as status from '../kinds/status-error.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { Strategy } from '../kinds/kind-strategy.ts'
import type { User } from '../authorization/api-users.ts'

/** Which object, through which endpoint, by whom, how. */
export interface Target {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  readonly user: User
  readonly options: WriteOptions
}

export interface Written {
  readonly code: 200 | 201
  readonly object: JsonObject
  readonly warnings: readonly string[]
}

export interface RegistryParts {
  readonly store: ObjectStore
  readonly strategies: ReadonlyMap<Resource, Strategy>
  readonly authorizer: Authorizer
  /** The admission policies, which judge a write last. */
  readonly admit: Admission
  readonly now: () => Date
  readonly uuid: () => string
  /** Five letters for generateName. */
  readonly suffix: () => string
}

export class Registry {
  readonly #parts: RegistryParts

  constructor(parts: RegistryParts) {
    this.#parts = parts
  }

  strategy(resource: Resource): Strategy {
    const found = this.#parts.strategies.get(resource)
    if (found === undefined) throw status.noSuchResource()
    return found
  }

  read({ resource, namespace, name }: Target): JsonObject {
    const found = this.#parts.store.read(resource, namespace, name)
    if (found === null) throw status.notFound(resource, name)
    return found
  }

  create(target: Target, body: Body): Written {
    const value = readBody(body, target.resource)
    const { object, warnings } = decodeObject(value, target.resource, target.options)
    return this.#insert(target, object, warnings)
  }

  replace(target: Target, body: Body): Written {
    const value = readBody(body, target.resource)
    const { object, warnings } = decodeObject(value, target.resource, target.options)
    checkAddress(target, object)
    const old = this.read(target)
    const uid = textAt(object, 'metadata', 'uid')
    const oldUid = textAt(old, 'metadata', 'uid')
    if (uid !== '' && uid !== oldUid) throw uidPrecondition(target, uid, oldUid)
    return this.#update(target, old, object, warnings)
  }

  /** `type` is the media type of the patch. */
  patch(target: Target, body: Body): Written {
    if (body.type === 'application/apply-patch+yaml') return this.#apply(target, body)
    const old = this.read(target)
    const patch = patchOf(body.text)
    const patched = patchedObject(old, patch, body.type)
    if (!isObject(patched)) throw status.badRequest('the patched value is not an object')
    const { object, warnings } = decodeObject(patched, target.resource, target.options)
    checkAddress(target, object)
    return this.#update(target, old, object, warnings)
  }

  #apply(target: Target, body: Body): Written {
    const { resource, options } = target
    const applied = readApplied(body, resource)
    if (applied['metadata'] !== undefined && 'managedFields' in objectAt(applied, 'metadata')) {
      throw status.badRequest('metadata.managedFields must be nil')
    }
    refuseUndeclared(target, decodeObject(applied, resource, options).warnings)
    checkAddress(target, applied)
    const { store } = this.#parts
    const old = store.read(resource, target.namespace, target.name)
    const next = applyObject(old, applied, this.#writer(target), options.force)
    const { object } = decodeObject(next, resource, options)
    if (old !== null) return this.#update(target, old, object, [], true)
    if (target.subresource !== '') throw status.notFound(resource, target.name)
    const uid = textAt(object, 'metadata', 'uid')
    if (uid !== '') throw uidWithoutObject(target, uid)
    // An apply that finds nothing creates, whatever resourceVersion it names.
    delete memberObject(object, 'metadata')['resourceVersion']
    return this.#insert(target, object, [], true)
  }

  /** Deletes if the preconditions hold; the answer is what was deleted, or what finalizers keep. */
  remove(target: Target, preconditions: JsonObject): JsonObject {
    const old = this.read(target)
    checkDeletion(target, old, preconditions)
    this.#admit(target, 'DELETE', null, old)
    const held = heldObject(old, this.#parts.now)
    if (target.options.isDryRun) return held ?? old
    if (held !== null) return this.#parts.store.write(target.resource, held)
    this.#parts.store.remove(target.resource, old)
    if (target.resource === NAMESPACES)
      this.#parts.store.emptyNamespace(target.name, this.#parts.strategies.keys())
    return old
  }

  #insert(target: Target, object: JsonObject, warned: readonly string[], tracked = false): Written {
    const { resource, user, options } = target
    const { store, uuid, now } = this.#parts
    const strategy = this.strategy(resource)
    this.#placeNew(target, object)
    strategy.convert(object)
    strategy.prepareForCreate(object, user)
    const metadata = memberObject(object, 'metadata')
    metadata['uid'] = uuid()
    metadata['creationTimestamp'] = timeText(now())
    const name = textAt(metadata, 'name')
    refuseInvalid(target, name, strategy.validate(object))
    refuseInvalid(target, name, pathErrors(name))
    if (tracked) this.#demandCreate(target)
    strategy.admitCreate(object, user)
    this.#refuseTerminating(target, name)
    const objections = this.#admit({ ...target, name }, 'CREATE', object, null)
    if (!options.isDryRun && textAt(metadata, 'resourceVersion') !== '') {
      throw status.internal('resourceVersion should not be set on objects to be created')
    }
    delete metadata['resourceVersion']
    if (store.read(resource, target.namespace, name) !== null) {
      throw status.alreadyExists(resource, name)
    }
    if (!tracked) trackUpdate(object, null, this.#writer(target))
    const warnings = [...warned, ...strategy.warnings(object), ...objections]
    const stored = options.isDryRun ? object : store.write(resource, object)
    return { code: 201, object: stored, warnings }
  }

  /** The admission plugin NamespaceLifecycle. */
  #refuseTerminating({ resource, namespace }: Target, name: string): void {
    const home = resource.namespaced ? this.#parts.store.read(NAMESPACES, '', namespace) : null
    if (home === null || textAt(home, 'metadata', 'deletionTimestamp') === '') return
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    throw status.forbidden(resource, name, why)
  }

  /** Name and namespace of a new object; a namespace that is not there is a 404 before anything else. */
  #placeNew(target: Target, object: JsonObject): void {
    const { resource, namespace } = target
    const metadata = memberObject(object, 'metadata')
    const said = textAt(metadata, 'namespace')
    if (!resource.namespaced) delete metadata['namespace']
    else if (said !== '' && said !== namespace) throw namespaceMismatch()
    else metadata['namespace'] = namespace
    if (resource.namespaced && !this.#parts.store.namespaceExists(namespace)) {
      throw status.notFound(NAMESPACES, namespace)
    }
    this.strategy(resource).precheck(object, null, target)
    const prefix = textAt(metadata, 'generateName')
    if (prefix !== '' && textAt(metadata, 'name') === '') {
      metadata['name'] = `${prefix.slice(0, 58)}${this.#parts.suffix()}`
    }
  }

  #update(
    target: Target,
    old: JsonObject,
    next: JsonObject,
    warned: readonly string[],
    tracked = false,
  ): Written {
    const { resource, subresource, user, options } = target
    const strategy = this.strategy(resource)
    strategy.convert(next)
    if (resource.namespaced) memberObject(next, 'metadata')['namespace'] = target.namespace
    else delete memberObject(next, 'metadata')['namespace']
    strategy.precheck(next, old, target)
    checkRevision(target, old, next)
    strategy.prepareForUpdate(next, old, subresource)
    keepSystemMetadata(next, old)
    if (!tracked) trackUpdate(next, old, this.#writer(target))
    const errors = strategy.validateUpdate(next, old, subresource)
    refuseInvalid(target, target.name, [...immutableMetadata(next, old), ...errors])
    strategy.admitUpdate(next, old, subresource, user)
    const objections = this.#admit(target, 'UPDATE', next, old)
    const warnings = [...warned, ...strategy.warnings(next), ...objections]
    memberObject(next, 'metadata')['resourceVersion'] = textAt(old, 'metadata', 'resourceVersion')
    if (same(next, old)) return { code: 200, object: old, warnings }
    const isLast = isFreed(next, old) && !options.isDryRun
    if (isLast) this.#parts.store.remove(resource, old)
    const stored = options.isDryRun || isLast ? next : this.#parts.store.write(resource, next)
    return { code: 200, object: copy(stored), warnings }
  }

  #admit(
    { resource, subresource, namespace, name, user, options: { isDryRun } }: Target,
    operation: AdmissionRequest['operation'],
    object: JsonObject | null,
    oldObject: JsonObject | null,
  ): readonly string[] {
    const where = { resource, subresource, namespace, name }
    return this.#parts.admit({ ...where, operation, object, oldObject, user, isDryRun })
  }

  #writer({ resource, subresource, options }: Target): Writer {
    return {
      manager: options.manager,
      apiVersion: apiVersion(resource),
      subresource,
      time: timeText(this.#parts.now()),
      resets: this.strategy(resource).resetFields[subresource] ?? [],
    }
  }

  /** An apply that creates needs the verb create on the name too. */
  #demandCreate({ resource, namespace, name, user }: Target): void {
    const { group, plural } = resource
    const question = { verb: 'create', group, plural, subresource: '', namespace, name }
    this.#parts.authorizer.demand(user, question)
  }
}
