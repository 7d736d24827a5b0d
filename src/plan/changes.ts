// What differs between two meanings (canonical JSON of effective requests), in words for people.
import type { Change } from '../domain/plan.ts'
import { attributeShortName } from '../x509/oids.ts'

/** Member by member, the subject by attribute type. An unreadable earlier meaning counts as wholly different. */
export function changesBetween(before: string, after: string): readonly Change[] {
  const [from, to] = [members(before), members(after)]
  const names = [...new Set([...from.keys(), ...to.keys()])].toSorted()
  return names.flatMap(member => {
    const [was, is] = [from.get(member) ?? '-', to.get(member) ?? '-']
    return was === is ? [] : [{ member, from: was, to: is }]
  })
}

function members(json: string): ReadonlyMap<string, string> {
  const meaning = parse(json)
  const found = new Map<string, string>()
  if (typeof meaning !== 'object' || meaning === null) return found
  for (const [member, value] of Object.entries<unknown>({ ...meaning }))
    if (member === 'subject' && isTexts(value)) addAttributes(value, found)
    else found.set(member, words(value))
  return found
}

function addAttributes(subject: readonly string[], found: Map<string, string>): void {
  for (const attribute of subject) {
    const split = attribute.indexOf('=')
    const type = attributeShortName(attribute.slice(0, split))
    const value = attribute.slice(split + 1)
    found.set(type, found.has(type) ? `${found.get(type) ?? ''}, ${value}` : value)
  }
}

function words(value: unknown): string {
  if (isTexts(value)) return value.length === 0 ? '-' : value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
