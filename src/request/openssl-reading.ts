// The state of reading one OpenSSL configuration: what was found, where, what is wrong, which sections were looked at.
import type { Code } from '../domain/codes.ts'
import type { Place, Problem } from '../domain/problem.ts'
import { shown } from '../source/characters.ts'
import { didYouMean } from '../source/nearest.ts'
import type { Entry, Section, Sections } from './openssl-sections.ts'

export class OpensslReading {
  readonly problems: Problem[] = []
  readonly places = new Map<string, Place>()
  readonly #sections: Sections
  readonly #used = new Set<string>()
  readonly #counts = new Map<string, number>()

  constructor(sections: Sections) {
    this.#sections = sections
  }

  /** The section of that name, from now on looked at; null where there is none. */
  section(name: string): Section | null {
    this.#used.add(name)
    return this.#sections.get(name) ?? null
  }

  /** The section an entry names (`req_extensions = v3_req`, `@alt_names` with `name` cut). */
  sectionNamedBy(entry: Entry, name = entry.value.text): Section | null {
    const section = this.section(name)
    if (section === null) this.refuse(entry.at, `there is no section [${name}]`)
    return section
  }

  sections(): readonly Section[] {
    return [...this.#sections.values()]
  }

  unusedSections(): readonly Section[] {
    return this.sections().filter(({ name }) => !this.#used.has(name))
  }

  /** Remembers where a member stands; `dnsNames[]` counts up. */
  place(member: string, at: Place): void {
    if (!member.endsWith('[]')) {
      if (!this.places.has(member)) this.places.set(member, at)
      return
    }
    const list = member.slice(0, -2)
    const index = this.#counts.get(list) ?? 0
    this.#counts.set(list, index + 1)
    this.places.set(`${list}[${index}]`, at)
    if (index === 0) this.places.set(list, at)
  }

  refuse(at: Place, message: string, hint: string | null = null, code: Code = 'REQUEST_OPENSSL') {
    this.problems.push({ code, at, message, hint })
  }

  /** Refused because countersign does not write it into requests. */
  unsupported(at: Place, message: string, hint: string | null = null): void {
    this.refuse(at, message, hint, 'REQUEST_OPENSSL_UNSUPPORTED')
  }

  /** A name that nothing here knows. */
  unknown(at: Place, name: string, what: string, known: Iterable<string>): void {
    this.unsupported(
      at,
      `${shown(name)} is not ${what} that countersign reads`,
      didYouMean(name, known),
    )
  }
}
