// Sections and entries of an OpenSSL configuration, every part with its place.
import type { Place } from '../domain/problem.ts'

/** Decoded text whose every part can be found in the file again. */
export interface PlacedText {
  readonly text: string
  /** Place of the characters from `start` up to `end` of the decoded text. */
  place(start: number, end: number): Place
}

export interface Entry {
  readonly key: string
  readonly keyPlace: Place
  readonly value: PlacedText
  /** Place of the whole value. */
  readonly at: Place
}

export interface Section {
  readonly name: string
  readonly at: Place
  readonly entries: Entry[]
}

export type Sections = ReadonlyMap<string, Section>

export function section(name: string, at: Place): Section {
  return { name, at, entries: [] }
}

export function entry(key: string, keyPlace: Place, value: PlacedText): Entry {
  const at = value.text === '' ? keyPlace : value.place(0, value.text.length)
  return { key, keyPlace, value, at }
}

/** One item of a comma-separated value, trimmed. */
export interface Item {
  readonly text: string
  readonly at: Place
  /** Spaces stand between it and the comma. */
  readonly isSpaced: boolean
}

/** `a, b` → two items. OpenSSL's value lists know no quotes of their own (crypto/x509/v3_utl.c). */
export function itemsOf(value: PlacedText, from = 0): readonly Item[] {
  const items: Item[] = []
  let start = from
  for (const raw of value.text.slice(from).split(',')) {
    const text = raw.trim()
    const begin = start + (raw.length - raw.trimStart().length)
    const at = value.place(begin, Math.max(begin + text.length, begin + 1))
    items.push({ text, at, isSpaced: raw !== raw.trimEnd() })
    start += raw.length + 1
  }
  return items
}
