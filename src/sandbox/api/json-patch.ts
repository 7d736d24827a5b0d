// Merge patches (RFC 7386), JSON patches (RFC 6902), and strategic merge patches as far as kubectl sends them.
import { mergeApplied } from './field-set.ts'
import { copy, isObject, listAt, same, textAt } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'
import { badRequest, StatusError } from '../kinds/status-error.ts'

/** Lists that a strategic merge patch merges item by item, with the member that identifies an item. */
const MERGED_LISTS = { 'f:matchConditions': 'name', 'f:variables': 'name' }

/** `type` is the media type of the patch. */
export function patchedObject(target: JsonObject, patch: Json, type: string): Json {
  if (type === 'application/json-patch+json') return jsonPatch(target, patch)
  if (type !== 'application/strategic-merge-patch+json') return mergePatch(target, patch)
  return withoutDirectives(mergeApplied(copy(target), copy(patch), MERGED_LISTS))
}

export function mergePatch(target: JsonObject, patch: Json): Json {
  if (!isObject(patch)) return copy(patch)
  const result = copy(target)
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[member]
      continue
    }
    const before = result[member]
    result[member] = isObject(value)
      ? mergePatch(isObject(before) ? before : {}, value)
      : copy(value)
  }
  return result
}

/** Removes what null and `$patch: delete` mark, and orders lists as `$setElementOrder` says. */
function withoutDirectives(value: Json): Json {
  if (Array.isArray(value))
    return value.filter(item => textAt(item, '$patch') !== 'delete').map(withoutDirectives)
  if (!isObject(value)) return value
  const result: JsonObject = {}
  for (const [member, each] of Object.entries(value)) {
    if (each === null || member.startsWith('$')) continue
    const order = listAt(value, `$setElementOrder/${member}`).map(item => textAt(item, 'name'))
    const place = (item: Json): number => order.indexOf(textAt(item, 'name'))
    const kept = withoutDirectives(each)
    result[member] = Array.isArray(kept) ? kept.sort((a, b) => place(a) - place(b)) : kept
  }
  return result
}

function unprocessable(): StatusError {
  const message = 'the server rejected our request due to an error in our request'
  return new StatusError(422, 'Invalid', message, {})
}

export function jsonPatch(target: JsonObject, patch: Json): Json {
  if (!Array.isArray(patch)) {
    const kind = isObject(patch) ? 'object' : typeof patch
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${kind} into Go value of type []handlers.jsonPatchOp`,
    )
  }
  const root: Json[] = [copy(target)]
  for (const operation of patch) apply(root, operation)
  return root[0] ?? null
}

/** `root` holds the document as its only item, so that the path '' has a parent too. */
function apply(root: Json[], operation: Json): void {
  if (!isObject(operation)) throw unprocessable()
  const path = ['0', ...pointer(operation['path'])]
  switch (operation['op']) {
    case 'add':
      add(root, path, operation['value'] ?? null)
      return
    case 'remove':
      remove(root, path)
      return
    case 'replace':
      remove(root, path)
      add(root, path, operation['value'] ?? null)
      return
    case 'test':
      if (!same(find(root, path), operation['value'] ?? null)) throw unprocessable()
      return
    case 'move':
    case 'copy': {
      const from = ['0', ...pointer(operation['from'])]
      const value = copy(find(root, from))
      if (operation['op'] === 'move') remove(root, from)
      add(root, path, value)
      return
    }
    default:
      throw unprocessable()
  }
}

function pointer(path: Json | undefined): readonly string[] {
  if (typeof path !== 'string') throw unprocessable()
  if (path === '') return []
  if (!path.startsWith('/')) throw unprocessable()
  return path
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function find(root: Json, path: readonly string[]): Json {
  let here: Json | undefined = root
  for (const part of path) {
    if (Array.isArray(here)) here = here[Number(part)]
    else here = isObject(here) ? here[part] : undefined
  }
  if (here === undefined) throw unprocessable()
  return here
}

function add(root: Json[], path: readonly string[], value: Json): void {
  const parent = find(root, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (path.length === 1) root[0] = value
  else if (isObject(parent)) parent[last] = value
  else if (Array.isArray(parent))
    parent.splice(last === '-' ? parent.length : Number(last), 0, value)
  else throw unprocessable()
}

function remove(root: Json[], path: readonly string[]): void {
  find(root, path)
  const parent = find(root, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (path.length === 1) root[0] = null
  else if (isObject(parent)) delete parent[last]
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
}
