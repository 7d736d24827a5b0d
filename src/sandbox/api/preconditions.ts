// What must hold before an object is written or deleted: its address, its revision, its uid.
import { invalid } from './field-error.ts'
import type { FieldError } from './field-error.ts'
import { textAt } from './json-values.ts'
import type { JsonObject } from './json-values.ts'
import { pathSegment } from './object-name-rules.ts'
import { apiVersion } from './resources.ts'
import type { Resource } from './resources.ts'
import * as status from '../kinds/status-error.ts'

interface Address {
  readonly resource: Resource
  readonly namespace: string
  readonly name: string
}

/** The body's name must be the URL's. */
export function checkAddress({ resource, namespace, name }: Address, object: JsonObject): void {
  const said = textAt(object, 'metadata', 'name')
  if (said === '') {
    const text = `the name of the object (${name} based on URL) was undeterminable: name must be provided`
    throw status.badRequest(text)
  }
  if (said !== name) {
    throw status.badRequest(
      `the name of the object (${said}) does not match the name on the URL (${name})`,
    )
  }
  const space = textAt(object, 'metadata', 'namespace')
  if (resource.namespaced && space !== '' && space !== namespace) throw namespaceMismatch()
}

export function namespaceMismatch(): status.StatusError {
  return status.badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  )
}

/** A resourceVersion in the body must be the stored one; none is an unconditional update. */
export function checkRevision(
  { resource, name }: Address,
  old: JsonObject,
  next: JsonObject,
): void {
  const said = textAt(next, 'metadata', 'resourceVersion')
  if (said === '' || said === '0') return
  if (!/^\d+$/.test(said)) {
    throw status.internal(`strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`)
  }
  if (said !== textAt(old, 'metadata', 'resourceVersion')) throw status.modified(resource, name)
}

/** A PUT that names another uid than the stored object's. */
export function uidPrecondition(
  { resource, namespace, name }: Address,
  said: string,
  stored: string,
): status.StatusError {
  const scope = resource.namespaced ? `${namespace}/` : ''
  const key = `/registry/${resource.plural}/${scope}${name}`
  const failed = `Precondition failed: UID in precondition: ${said}, UID in object meta: ${stored}`
  const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`
  return status.conflict(resource, name, text)
}

/** An apply that names a uid where there is no object. */
export function uidWithoutObject({ resource, name }: Address, uid: string): status.StatusError {
  const text = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
  return status.conflict(resource, name, text)
}

export function checkDeletion(
  { resource, name }: Address,
  old: JsonObject,
  preconditions: JsonObject,
): void {
  const title = { plural: resource.kind, group: resource.group }
  const uid = textAt(preconditions, 'uid')
  const oldUid = textAt(old, 'metadata', 'uid')
  if (uid !== '' && uid !== oldUid) {
    const text = `the UID in the precondition (${uid}) does not match the UID in record (${oldUid}). The object might have been deleted and then recreated`
    throw status.conflict(title, name, text)
  }
  const revision = textAt(preconditions, 'resourceVersion')
  const oldRevision = textAt(old, 'metadata', 'resourceVersion')
  if (revision !== '' && revision !== oldRevision) {
    const text = `the ResourceVersion in the precondition (${revision}) does not match the ResourceVersion in record (${oldRevision}). The object might have been modified`
    throw status.conflict(title, name, text)
  }
}

export function pathErrors(name: string): readonly FieldError[] {
  return pathSegment(name).map(text => invalid('metadata.name', name, text))
}

export function refuseInvalid(
  { resource }: Address,
  name: string,
  errors: readonly FieldError[],
): void {
  if (errors.length > 0) throw status.invalidObject(resource, name, errors)
}

/** Unknown members are a warning elsewhere; an apply patch must fit its schema. */
export function refuseUndeclared({ resource, name }: Address, warnings: readonly string[]): void {
  const [first] = warnings
  if (first === undefined) return
  const field = /"(.*)"/.exec(first)?.[1] ?? ''
  const version = apiVersion(resource)
  const title = `/${name}; ${version.includes('/') ? version : `/${version}`}, Kind=${resource.kind}`
  throw status.internal(
    `failed to create typed patch object (${title}): .${field}: field not declared in schema`,
  )
}
