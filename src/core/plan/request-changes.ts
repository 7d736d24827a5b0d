// Differences between two effective requests (canonical JSON), as text for people.
import { hash } from 'node:crypto'
import { isRecord, jsonOf } from '../../domain/json-text.ts'
import { grouped } from '../../domain/lists.ts'
import type { Change } from '../../domain/cluster/plan-step.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { attributeShortName } from '../../lib/x509/oids.ts'

/** How an absent member, an empty list and null are shown. */
const NOTHING = '-'

/**
 * Compares member by member: nested members by path (`sinks[0].namespace`), the subject by attribute type. An unreadable earlier
 * request counts as completely different. This is for people only: digests decide whether two effective requests are equal.
 */
export function changesBetween(before: string, after: string): readonly Change[] {
  const [from, to] = [members(before), members(after)]
  const names = [...new Set([...from.keys(), ...to.keys()])].toSorted()
  return names.flatMap(member => {
    const [was, is] = [from.get(member) ?? NOTHING, to.get(member) ?? NOTHING]
    return was === is ? [] : [{ member, from: was, to: is }]
  })
}

function members(json: string): ReadonlyMap<string, string> {
  const meaning = jsonOf(json)
  if (!isRecord(meaning)) return new Map()
  const all = Object.entries(meaning)
  return new Map(
    all.flatMap(([member, value]) =>
      member === 'subject' && isTexts(value) ? subjectLeaves(value) : leaves(member, value),
    ),
  )
}

type Leaf = readonly [path: string, words: string]

function leaves(path: string, value: unknown): readonly Leaf[] {
  if (isTexts(value)) return [[path, listed(value)]]
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(`${path}[${index}]`, item))
  if (isRecord(value))
    return Object.entries(value).flatMap(([name, item]) => leaves(`${path}.${name}`, item))
  if (value === null || value === undefined) return [[path, NOTHING]]
  if (path === 'durationSeconds' && typeof value === 'number')
    return [['duration', formatDuration(value)]]
  return [[path, typeof value === 'string' ? quotedIfOdd(value) : JSON.stringify(value)]]
}

function subjectLeaves(subject: readonly string[]): readonly Leaf[] {
  const values = subject.map(attribute => {
    const split = attribute.indexOf('=')
    return [attributeShortName(attribute.slice(0, split)), attribute.slice(split + 1)] as const
  })
  return [...grouped(values)].map(([type, list]) => [type, listed(list)])
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? NOTHING : values.map(quotedIfOdd).join(', ')
}

/** Quotes a value that would otherwise look like two values, or like none. */
function quotedIfOdd(value: string): string {
  if (value.startsWith('-----BEGIN '))
    return `PEM with SHA-256 ${hash('sha256', value).slice(0, 16)}…`
  const isPlain = value !== NOTHING && value !== '' && !/[,"]|^\s|\s$/.test(value)
  return isPlain ? value : JSON.stringify(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
