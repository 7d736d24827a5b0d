// A deleted object with finalizers stays, with a deletionTimestamp, until they are gone (registry/generic/registry/store.go).
import { timeText } from './decode-object.ts'
import { copy, listAt, memberObject, textAt } from './json-values.ts'
import type { JsonObject } from './json-values.ts'

/** What a deletion makes of the object; null if nothing keeps it. */
export function heldObject(object: JsonObject, now: () => Date): JsonObject | null {
  if (!hasFinalizers(object)) return null
  const held = copy(object)
  memberObject(held, 'metadata')['deletionTimestamp'] ??= timeText(now())
  return held
}

/** Whether a change takes the last finalizers of a deleted object away. */
export function isFreed(next: JsonObject, old: JsonObject): boolean {
  const isDeleted = textAt(old, 'metadata', 'deletionTimestamp') !== ''
  return isDeleted && hasFinalizers(old) && !hasFinalizers(next)
}

function hasFinalizers(object: JsonObject): boolean {
  return listAt(object, 'metadata', 'finalizers').length > 0
}
