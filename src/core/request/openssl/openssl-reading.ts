// The state of one OpenSSL configuration while it is read: values, places, problems, and the sections that were used.
import type { Code } from '../../../domain/problem-codes.ts'
import type { Place, Problem } from '../../../domain/problem.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
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
  /** Object identifiers by their names in oid_section. */
  readonly oids = new Map<string, string>()
  readonly #sections: Sections
  readonly #looked = new Set<string>()
  readonly #counts = new Map<string, number>()

  constructor(sections: Sections) {
    this.#sections = sections
    this.remarks.push(...sections.remarks)
  }

  /** The section of that name, which counts as used from now on; null if there is none. */
  section(name: string): Section | null {
    this.#looked.add(name)
    return this.#sections.get(name)
  }

  /** The section that an entry names (`req_extensions = v3_req`, `@alt_names` with `name` cut). */
  sectionNamedBy(entry: Entry, name = entry.value.text): Section | null {
    const section = this.section(name)
    if (section === null) this.refuse(entry.at, `there is no section [${name}]`)
    return section
  }

  /** The entry of a name in a section, otherwise in the default section (NCONF_get_string). */
  find(section: string, key: string): Entry | null {
    return this.#sections.find(section, key)
  }

  /** A setting of [req]. */
  setting(key: string): Entry | null {
    return this.find('req', key)
  }

  /** Whether a variable or a setting refers to the entry. */
  isUsed(entry: Entry): boolean {
    return this.#sections.isUsed(entry)
  }

  /** Rules for converting the file's values into ASN.1 strings. */
  strings(): Strings {
    return {
      isUtf8: this.setting('utf8')?.value.text === 'yes',
      mask: stringMask(this.setting('string_mask')?.value.text ?? 'utf8only') ?? 'utf8only',
    }
  }

  /** Sections without any reference, also from variables. */
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

  /** Entries of `default` without any reference. */
  unusedDefaults(): readonly Entry[] {
    const entries = this.#sections.get(DEFAULT)?.entries ?? []
    return this.#looked.has(DEFAULT) ? [] : entries.filter(entry => !this.#sections.isUsed(entry))
  }

  /** Stores the place of a member; `dnsNames[]` counts up. */
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

  /** Refuses a part that countersign does not write into requests. */
  unsupported(at: Place, message: string, hint: string | null = null): void {
    this.refuse(at, message, hint, 'REQUEST_OPENSSL_UNSUPPORTED')
  }

  /** Adds a warning about a part that OpenSSL ignores silently. */
  ignore(at: Place, message: string, hint: string | null = null): void {
    this.remarks.push(ignored(at, message, hint))
  }

  /** Refuses an unknown name. */
  unknown(at: Place, name: string, what: string, known: Iterable<string>): void {
    this.unsupported(
      at,
      `${quoted(name)} is not ${what} that countersign reads`,
      didYouMean(name, known),
    )
  }
}
