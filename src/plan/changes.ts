// What differs between two meanings (canonical JSON of effective requests), in words for people.
import { z } from 'zod'
import type { Change } from '../domain/plan.ts'
import { attributeShortName } from '../x509/oids.ts'

const MEANING = z.record(z.string(), z.unknown())
const STRINGS = z.array(z.string())
const LIST = z.array(z.unknown())

/** What an absent member, an empty list and null are shown as. */
const NOTHING = '-'

/**
 * Member by member, members of members by their path (`sinks[0].namespace`), the subject by attribute type. An earlier
 * meaning that cannot be read counts as wholly different. For people only: whether two meanings are the same, their
 * digests say.
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
  const meaning = MEANING.safeParse(parse(json))
  if (!meaning.success) return new Map()
  const { subject, ...others } = meaning.data
  const attributes = STRINGS.safeParse(subject)
  return new Map([
    ...Object.entries(others).flatMap(([member, value]) => leaves(member, value)),
    ...(attributes.success ? subjectLeaves(attributes.data) : leaves('subject', subject)),
  ])
}

type Leaf = readonly [path: string, words: string]

function leaves(path: string, value: unknown): readonly Leaf[] {
  const strings = STRINGS.safeParse(value)
  if (strings.success) return [[path, listed(strings.data)]]
  const list = LIST.safeParse(value)
  if (list.success) return list.data.flatMap((item, index) => leaves(`${path}[${index}]`, item))
  const inside = MEANING.safeParse(value)
  if (inside.success)
    return Object.entries(inside.data).flatMap(([name, item]) => leaves(`${path}.${name}`, item))
  if (value === null || value === undefined) return [[path, NOTHING]]
  return [[path, typeof value === 'string' ? quotedIfOdd(value) : JSON.stringify(value)]]
}

function subjectLeaves(subject: readonly string[]): readonly Leaf[] {
  const values = new Map<string, string[]>()
  for (const attribute of subject) {
    const split = attribute.indexOf('=')
    const type = attributeShortName(attribute.slice(0, split))
    values.set(type, [...(values.get(type) ?? []), attribute.slice(split + 1)])
  }
  return [...values].map(([type, list]) => [type, listed(list)])
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? NOTHING : values.map(quotedIfOdd).join(', ')
}

/** A value that would look like two, or like none, is put in quotes. */
function quotedIfOdd(value: string): string {
  const isPlain = value !== NOTHING && value !== '' && !/[,"]|^\s|\s$/.test(value)
  return isPlain ? value : JSON.stringify(value)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
