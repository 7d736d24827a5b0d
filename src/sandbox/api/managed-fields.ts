// Who owns which field of an object: metadata.managedFields for updates and for server-side apply
// (k8s.io/apimachinery/pkg/util/managedfields, sigs.k8s.io/structured-merge-diff/merge).
import {
  compareLeaves,
  decodeFields,
  encodeFields,
  isReset,
  isSelf,
  leavesOf,
  mergeApplied,
  pathText,
  removePath,
} from './field-set.ts'
import type { FieldSet, Leaves } from './field-set.ts'
import { at, copy, isObject, listAt, memberObject, same, textAt } from './json-values.ts'
import type { JsonObject } from './json-values.ts'
import { StatusError } from '../kinds/status-error.ts'

/** Who writes, through what, and when. */
export interface Writer {
  readonly manager: string
  readonly apiVersion: string
  readonly subresource: string
  readonly time: string
  readonly resets: readonly string[]
}

interface Entry {
  readonly manager: string
  readonly operation: string
  readonly apiVersion: string
  readonly subresource: string
  time: string
  fields: Set<string>
}

function readEntries(object: JsonObject): Entry[] {
  return listAt(object, 'metadata', 'managedFields').map(entry => ({
    manager: textAt(entry, 'manager'),
    operation: textAt(entry, 'operation'),
    apiVersion: textAt(entry, 'apiVersion'),
    subresource: textAt(entry, 'subresource'),
    time: textAt(entry, 'time'),
    fields: decodeFields(at(entry, 'fieldsV1')),
  }))
}

function writeEntries(object: JsonObject, entries: readonly Entry[]): void {
  const metadata = memberObject(object, 'metadata')
  const kept = entries.filter(entry => entry.fields.size > 0).sort(byAge)
  if (kept.length === 0) delete metadata['managedFields']
  else metadata['managedFields'] = kept.map(encodeEntry)
}

function byAge(a: Entry, b: Entry): number {
  const order = (x: string, y: string): number => Number(x > y) - Number(x < y)
  return order(a.operation, b.operation) || order(a.time, b.time) || order(a.manager, b.manager)
}

function encodeEntry(entry: Entry): JsonObject {
  return {
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === '' ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFields(entry.fields),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  }
}

function isOf(entry: Entry, writer: Writer, operation: string): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource
  )
}

/** Sets managedFields of `next` after a create, replace or patch by this writer; `old` is null for a create. */
export function trackUpdate(next: JsonObject, old: JsonObject | null, writer: Writer): void {
  // Nobody applied this object yet, and nothing was tracked at its creation: so it stays (skipnonapplied.go).
  if (old !== null && listAt(old, 'metadata', 'managedFields').length === 0) return
  const before: Leaves = old === null ? new Map() : leavesOf(old, true)
  const { changed, removed } = compareLeaves(before, leavesOf(next, true))
  const owned = new Set([...changed].filter(path => !isReset(path, writer.resets)))
  const entries = old === null ? [] : readEntries(old)
  for (const entry of entries) {
    const own = isOf(entry, writer, 'Update')
    drop(entry.fields, removed)
    if (!own) drop(entry.fields, new Set([...owned].filter(path => !isSelf(path))))
  }
  if (owned.size > 0) claim(entries, writer, owned)
  writeEntries(next, entries)
}

function drop(fields: Set<string>, gone: FieldSet): void {
  for (const path of gone) fields.delete(path)
}

function claim(entries: Entry[], writer: Writer, fields: FieldSet): void {
  const found = entries.find(entry => isOf(entry, writer, 'Update'))
  const entry = found ?? newEntry(writer, 'Update')
  if (found === undefined) entries.push(entry)
  for (const path of fields) entry.fields.add(path)
  entry.time = writer.time
}

function newEntry(writer: Writer, operation: string): Entry {
  const { manager, apiVersion, subresource, time } = writer
  return { manager, operation, apiVersion, subresource, time, fields: new Set() }
}

/**
 * Server-side apply: the object that results, managedFields included. `live` is null for a create. Fields this
 * manager applied before and leaves out now are removed where nobody else owns them. Throws the 409 of a conflict.
 */
export function applyObject(
  live: JsonObject | null,
  applied: JsonObject,
  writer: Writer,
  force: boolean,
): JsonObject {
  const wanted = leavesOf(applied, false)
  const owned = new Set([...wanted.keys()].filter(path => !isReset(path, writer.resets)))
  const entries = live === null ? [] : entriesForApply(live, writer)
  const others = entries.filter(entry => !isOf(entry, writer, 'Apply'))
  settleConflicts(live, others, owned, wanted, force)
  const mine = entries.find(entry => isOf(entry, writer, 'Apply')) ?? {
    ...newEntry(writer, 'Apply'),
    time: '',
  }
  const merged = merge(live, applied)
  for (const path of mine.fields) {
    if (!owned.has(path) && !others.some(entry => entry.fields.has(path))) removePath(merged, path)
  }
  const next = {
    ...mine,
    fields: owned,
    time: isSameContent(merged, live) ? mine.time : writer.time,
  }
  writeEntries(merged, [...others, next])
  return merged
}

function merge(live: JsonObject | null, applied: JsonObject): JsonObject {
  const merged = mergeApplied(live === null ? {} : copy(live), copy(applied))
  return isObject(merged) ? merged : {}
}

/** An object nobody ever applied or tracked gets an owner for what it holds. */
function entriesForApply(live: JsonObject, writer: Writer): Entry[] {
  const entries = readEntries(live)
  if (entries.length > 0) return entries
  const before = newEntry({ ...writer, manager: 'before-first-apply', subresource: '' }, 'Update')
  for (const path of leavesOf(live, true).keys()) {
    if (!isReset(path, writer.resets)) before.fields.add(path)
  }
  return [before]
}

function isSameContent(merged: JsonObject, live: JsonObject | null): boolean {
  if (live === null) return false
  const { changed, removed } = compareLeaves(leavesOf(live, true), leavesOf(merged, true))
  return changed.size === 0 && removed.size === 0
}

interface Conflict {
  readonly with: string
  readonly path: string
}

function settleConflicts(
  live: JsonObject | null,
  others: readonly Entry[],
  owned: FieldSet,
  wanted: Leaves,
  force: boolean,
): void {
  const values: Leaves = live === null ? new Map() : leavesOf(live, false)
  const conflicts: Conflict[] = []
  for (const entry of [...others].sort((a, b) => (a.manager < b.manager ? -1 : 1))) {
    const lost = [...entry.fields].filter(
      path => owned.has(path) && !isSelf(path) && !same(wanted.get(path), values.get(path)),
    )
    conflicts.push(...lost.sort().map(path => ({ with: ownerText(entry), path: pathText(path) })))
    if (force) drop(entry.fields, new Set(lost))
  }
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)
}

function ownerText(entry: Entry): string {
  const subresource =
    entry.subresource === '' ? '' : ` with subresource ${JSON.stringify(entry.subresource)}`
  const version = entry.operation === 'Update' ? ` using ${entry.apiVersion}` : ''
  return `${JSON.stringify(entry.manager)}${subresource}${version}`
}

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const [first] = conflicts
  const text =
    conflicts.length === 1 && first !== undefined
      ? `1 conflict: conflict with ${first.with}: ${first.path}`
      : `${conflicts.length} conflicts: ${conflictList(conflicts)}`
  const causes = conflicts.map(({ with: owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field: path,
  }))
  return new StatusError(409, 'Conflict', `Apply failed with ${text}`, { causes })
}

function conflictList(conflicts: readonly Conflict[]): string {
  const owners = [...new Set(conflicts.map(conflict => conflict.with))]
  const lines = owners.flatMap(owner => [
    `conflicts with ${owner}:`,
    ...conflicts.filter(other => other.with === owner).map(({ path }) => `- ${path}`),
  ])
  return lines.join('\n')
}
