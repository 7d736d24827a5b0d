// The state of reading one OpenSSL configuration: what was found, where, what is wrong, which sections were looked at.
import type { Code } from '../../../domain/problem-codes.ts'
import type { Place, Problem } from '../../../domain/problem.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import { didYouMean } from '../../../lib/source/did-you-mean.ts'
import { ignored } from './openssl-joins.ts'
import type { Entry, Section, Sections } from './openssl-sections.ts'
import { DEFAULT } from './openssl-sections.ts'
import { stringMask } from './openssl-strings.ts'
import type { Strings } from './openssl-strings.ts'

export class OpensslReading {
  readonly problems: Problem[] = []
  readonly remarks: Problem[] = []
  readonly places = new Map<string, Place>()
  /** Object identifiers by the names that oid_section gives them. */
  readonly oids = new Map<string, string>()
  readonly #sections: Sections
  readonly #looked = new Set<string>()
  readonly #counts = new Map<string, number>()

  constructor(sections: Sections) {
    this.#sections = sections
    this.remarks.push(...sections.remarks)
  }

  /** The section of that name, from now on looked at; null where there is none. */
  section(name: string): Section | null {
    this.#looked.add(name)
    return this.#sections.get(name)
  }

  /** The section an entry names (`req_extensions = v3_req`, `@alt_names` with `name` cut). */
  sectionNamedBy(entry: Entry, name = entry.value.text): Section | null {
    const section = this.section(name)
    if (section === null) this.refuse(entry.at, `there is no section [${name}]`)
    return section
  }

  /** What a section says of a name, or the default section says for it (NCONF_get_string). */
  find(section: string, key: string): Entry | null {
    return this.#sections.find(section, key)
  }

  /** A setting of [req]. */
  setting(key: string): Entry | null {
    return this.find('req', key)
  }

  /** Whether a variable or a setting stands for the entry. */
  isUsed(entry: Entry): boolean {
    return this.#sections.isUsed(entry)
  }

  /** How the file's values become ASN.1 strings. */
  strings(): Strings {
    return {
      isUtf8: this.setting('utf8')?.value.text === 'yes',
      mask: stringMask(this.setting('string_mask')?.value.text ?? 'utf8only') ?? 'utf8only',
    }
  }

  /** Sections that nothing leads to and no variable comes from. */
  unusedSections(): readonly Section[] {
    return this.#sections
      .all()
      .filter(
        ({ name, entries }) =>
          name !== DEFAULT &&
          !this.#looked.has(name) &&
          !entries.some(entry => this.#sections.isUsed(entry)),
      )
  }

  /** Entries of `default` that nothing asked for. */
  unusedDefaults(): readonly Entry[] {
    const entries = this.#sections.get(DEFAULT)?.entries ?? []
    return this.#looked.has(DEFAULT) ? [] : entries.filter(entry => !this.#sections.isUsed(entry))
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

  /** A remark on what OpenSSL passes over without a word. */
  ignore(at: Place, message: string, hint: string | null = null): void {
    this.remarks.push(ignored(at, message, hint))
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
