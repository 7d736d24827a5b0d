// Sections and entries of an OpenSSL configuration, each part with its place.
import type { Place, Problem } from '../../../domain/problem.ts'

/** Decoded text. Every part of it can be located in the file. */
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
  /** In effective order. Of equal keys the last one is kept, at its own place. */
  readonly entries: Entry[]
}

/** The section of entries before the first header. It also gives values that no other section has. */
export const DEFAULT = 'default'

/** A configuration in OpenSSL's form. */
export class Sections {
  /** Warnings about ignored parts. */
  readonly remarks: Problem[] = []
  readonly #sections = new Map<string, Section>()
  readonly #used = new Set<Entry>()

  get(name: string): Section | null {
    return this.#sections.get(name) ?? null
  }

  all(): readonly Section[] {
    return [...this.#sections.values()]
  }

  /** The section of that name, created if there is none. */
  open(name: string, at: Place): Section {
    const known = this.#sections.get(name)
    if (known !== undefined) return known
    const fresh = { name, at, entries: [] }
    this.#sections.set(name, fresh)
    return fresh
  }

  /** The entry of a name as seen from a section (crypto/conf/conf_api.c): its own, otherwise that of `default`. */
  find(section: string, key: string): Entry | null {
    const found = this.#own(section, key) ?? this.#own(DEFAULT, key)
    if (found !== null) this.#used.add(found)
    return found
  }

  /** Whether the entry was requested. */
  isUsed(entry: Entry): boolean {
    return this.#used.has(entry)
  }

  #own(section: string, key: string): Entry | null {
    return this.#sections.get(section)?.entries.find(entry => entry.key === key) ?? null
  }
}

export function entry(key: string, keyPlace: Place, value: PlacedText): Entry {
  const at = value.text === '' ? keyPlace : value.place(0, value.text.length)
  return { key, keyPlace, value, at }
}
