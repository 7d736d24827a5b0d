// Sets of fields for server-side apply: the leaves of an object as paths, and FieldsV1 ⇄ paths
// (sigs.k8s.io/structured-merge-diff). A path is a list of FieldsV1 keys joined by a character no key holds.
import { isObject, same } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'

export type FieldSet = ReadonlySet<string>
export type Leaves = ReadonlyMap<string, Json>

const JOIN = '\u0000'
const SELF = '.'

/** Never owned by anybody: they are the server's, or say which object it is. */
const STRIPPED = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  ...[
    'name',
    'namespace',
    'uid',
    'selfLink',
    'generation',
    'creationTimestamp',
    'resourceVersion',
    'managedFields',
  ].map(member => ['f:metadata', `f:${member}`].join(JOIN)),
])
/** Structs, which have no field of their own beside their members. */
const STRUCTS = new Set(['f:spec', 'f:status', 'f:metadata'])
/** Lists merged item by item: by a key, or (null) as a set. */
const LIST_KEYS: Readonly<Record<string, string | null>> = {
  'f:conditions': 'type',
  'f:ownerReferences': 'uid',
  'f:finalizers': null,
  'f:validationActions': null,
  'f:matchConditions': 'name',
  'f:variables': 'name',
}

/** Objects that are owned and replaced as a whole. */
const ATOMIC = new Set(['f:roleRef', 'f:matchConstraints', 'f:matchResources'])

/** Every leaf with its value. Maps and keyed items are leaves of their own (`.`) where `withParents` is set. */
export function leavesOf(object: JsonObject, withParents: boolean): Leaves {
  const leaves = new Map<string, Json>()
  for (const [member, value] of Object.entries(object)) {
    const key = `f:${member}`
    collect(value, key, key, leaves, withParents)
  }
  return leaves
}

/** `last` is the last key of the path. */
function collect(
  value: Json,
  path: string,
  last: string,
  leaves: Map<string, Json>,
  withParents: boolean,
): void {
  if (STRIPPED.has(path) && path !== 'f:metadata') return
  const children = childrenOf(value, last)
  if (children === null) {
    leaves.set(path, value)
    return
  }
  const isItem = last.startsWith('k:')
  if ((withParents && !STRUCTS.has(path)) || isItem) leaves.set(path + JOIN + SELF, true)
  for (const [key, child] of children) collect(child, path + JOIN + key, key, leaves, withParents)
}

function childrenOf(value: Json, last: string): readonly [string, Json][] | null {
  if (isObject(value)) {
    const members = ATOMIC.has(last) ? [] : Object.entries(value)
    return members.length === 0
      ? null
      : members.map(([member, child]): [string, Json] => [`f:${member}`, child])
  }
  if (!Array.isArray(value) || !Object.hasOwn(LIST_KEYS, last)) return null
  const key = LIST_KEYS[last] ?? null
  return value.map((item): [string, Json] => [itemKey(item, key), item])
}

function itemKey(item: Json, key: string | null): string {
  if (key === null || !isObject(item)) return `v:${JSON.stringify(item)}`
  return `k:${JSON.stringify({ [key]: item[key] ?? null })}`
}

export function isReset(path: string, resets: readonly string[]): boolean {
  return resets.some(reset => {
    const prefix = reset
      .split('.')
      .map(member => `f:${member}`)
      .join(JOIN)
    return path === prefix || path.startsWith(prefix + JOIN)
  })
}

/** `.data.tls.crt`, `.status.conditions[type="Approved"].reason`: a path as a conflict names it. */
export function pathText(path: string): string {
  return path
    .split(JOIN)
    .map(part => {
      if (part.startsWith('f:')) return `.${part.slice(2)}`
      if (part.startsWith('v:')) return `[=${part.slice(2)}]`
      if (!part.startsWith('k:')) return ''
      return `[${part.slice(3, -1).replace(/^"([^"]*)":/, '$1=')}]`
    })
    .join('')
}

export function isSelf(path: string): boolean {
  return path.endsWith(JOIN + SELF)
}

/** FieldsV1 of a set. */
export function encodeFields(paths: FieldSet): JsonObject {
  const root: JsonObject = {}
  for (const path of [...paths].sort()) {
    let here = root
    for (const part of path.split(JOIN)) {
      const next = here[part]
      const child: JsonObject = isObject(next) ? next : {}
      here[part] = child
      here = child
    }
  }
  return root
}

/** The set of FieldsV1: its leaves. */
export function decodeFields(fields: Json | undefined): Set<string> {
  const paths = new Set<string>()
  if (isObject(fields)) decodeInto(fields, [], paths)
  return paths
}

function decodeInto(fields: JsonObject, path: readonly string[], paths: Set<string>): void {
  for (const [part, child] of Object.entries(fields)) {
    const here = [...path, part]
    if (!isObject(child) || Object.keys(child).length === 0) paths.add(here.join(JOIN))
    else decodeInto(child, here, paths)
  }
}

/** Paths whose value was added or changed, and paths that are gone. */
export function compareLeaves(
  before: Leaves,
  after: Leaves,
): { readonly changed: FieldSet; readonly removed: FieldSet } {
  const changed = [...after].filter(([path, value]) => !same(before.get(path), value))
  const removed = [...before.keys()].filter(path => !after.has(path))
  return { changed: new Set(changed.map(([path]) => path)), removed: new Set(removed) }
}

/** Takes the value at a path out of an object. */
export function removePath(object: JsonObject, path: string): void {
  const parts = path.split(JOIN)
  if (parts.at(-1) === SELF) parts.pop()
  let here: Json | undefined = object
  for (const part of parts.slice(0, -1)) here = step(here, part)
  const last = parts.at(-1) ?? ''
  if (isObject(here)) delete here[last.slice(2)]
  else if (Array.isArray(here)) {
    const index = positionOf(here, last)
    if (index >= 0) here.splice(index, 1)
  }
}

function step(value: Json | undefined, part: string): Json | undefined {
  if (isObject(value)) return value[part.slice(2)]
  return Array.isArray(value) ? value[positionOf(value, part)] : undefined
}

function positionOf(list: readonly Json[], part: string): number {
  return list.findIndex(item =>
    part.startsWith('v:')
      ? JSON.stringify(item) === part.slice(2)
      : Object.entries(parsedKey(part)).every(
          ([key, value]) => isObject(item) && same(item[key], value),
        ),
  )
}

function parsedKey(part: string): JsonObject {
  const match = /^k:\{"([^"]*)":(.*)\}$/.exec(part)
  if (match === null) return {}
  const value: unknown = JSON.parse(match[2] ?? 'null')
  return { [match[1] ?? '']: typeof value === 'string' ? value : null }
}

/** Lays one object over another: members and keyed items merge, everything else is replaced. */
export function mergeApplied(
  live: Json | undefined,
  applied: Json,
  keys = LIST_KEYS,
  list = '',
): Json {
  if (isObject(applied) && !ATOMIC.has(list)) {
    const result: JsonObject = isObject(live) ? { ...live } : {}
    for (const [member, value] of Object.entries(applied)) {
      result[member] = mergeApplied(result[member], value, keys, `f:${member}`)
    }
    return result
  }
  if (!Array.isArray(applied) || !Object.hasOwn(keys, list)) return applied
  const key = keys[list] ?? null
  const result = Array.isArray(live) ? [...live] : []
  for (const item of applied) {
    const index = result.findIndex(other => itemKey(other, key) === itemKey(item, key))
    if (index < 0) result.push(item)
    else result[index] = mergeApplied(result[index], item, keys)
  }
  return result
}
