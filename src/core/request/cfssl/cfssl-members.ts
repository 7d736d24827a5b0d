// Members of a cfssl JSON object as Go's encoding/json finds them: names in any case, null the same as absent. cfssl ignores
// unknown members, which gives a warning.
import { isRecord } from '../../../domain/json-text.ts'
import type { Place, Problem } from '../../../domain/problem.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { didYouMean } from '../../../lib/source/did-you-mean.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { keyPlace, memberAt, valuePlace } from '../../../lib/source/located-values.ts'

export class CfsslReading {
  readonly problems: Problem[] = []
  readonly remarks: Problem[] = []
  readonly places = new Map<string, Place>()
  readonly #tree: YamlTree
  readonly #counts = new Map<string, number>()

  constructor(tree: YamlTree) {
    this.#tree = tree
  }

  at(path: Path): Place {
    return valuePlace(this.#tree, path)
  }

  keyAt(path: Path): Place {
    return keyPlace(this.#tree, path)
  }

  /** Stores the place of a member of spec; `dnsNames[]` counts up. */
  place(member: string, path: Path): void {
    const list = member.endsWith('[]') ? member.slice(0, -2) : null
    if (list === null) {
      this.places.set(member, this.at(path))
      return
    }
    const index = this.#counts.get(list) ?? 0
    this.#counts.set(list, index + 1)
    if (index === 0) this.places.set(list, this.at(path))
    this.places.set(`${list}[${index}]`, this.at(path))
  }

  refuse(path: Path, message: string, hint: string | null, code: Problem['code']): void {
    this.problems.push({ code, at: this.at(path), message, hint })
  }

  /** Refuses a member that countersign does not support. */
  unsupported(path: Path, message: string, hint: string | null): void {
    const at = this.keyAt(path)
    this.problems.push({ code: 'REQUEST_FIELD_UNSUPPORTED', at, message, hint })
  }

  /** Adds a warning about a value that cfssl reads differently from how it looks. */
  trap(at: Place, message: string, hint: string | null = null): void {
    this.remarks.push({ code: 'REQUEST_CFSSL_AMBIGUOUS', at, message, hint })
  }

  /** Paths of the object's members that are not null, by their proper names. Empty if there is no object at the path. */
  members(path: Path, known: readonly string[]): ReadonlyMap<string, Path> {
    const found = new Map<string, Path>()
    const value: unknown = memberAt(this.#tree, path)?.value
    if (!isRecord(value)) {
      this.#wrongType(path, 'an object')
      return found
    }
    for (const [key, member] of Object.entries(value)) this.#member(key, member, path, known, found)
    return found
  }

  /** The text at the path, null if it is absent, null or empty. */
  text(path: Path | undefined): string | null {
    if (path === undefined) return null
    const value: unknown = memberAt(this.#tree, path)?.value
    if (typeof value === 'string') return value === '' ? null : value
    this.#wrongType(path, 'text')
    return null
  }

  number(path: Path | undefined): number | null {
    if (path === undefined) return null
    const value: unknown = memberAt(this.#tree, path)?.value
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    this.#wrongType(path, 'a whole number')
    return null
  }

  boolean(path: Path | undefined): boolean {
    if (path === undefined) return false
    const value: unknown = memberAt(this.#tree, path)?.value
    if (typeof value !== 'boolean') this.#wrongType(path, 'true or false')
    return value === true
  }

  /** Paths of the items of the list at the path. */
  items(path: Path | undefined): readonly Path[] {
    if (path === undefined) return []
    const value: unknown = memberAt(this.#tree, path)?.value
    if (Array.isArray(value)) return value.map((_, index) => [...path, index])
    this.#wrongType(path, 'a list')
    return []
  }

  /** Keys and paths of an object with arbitrary keys. */
  pairs(path: Path | undefined): readonly (readonly [key: string, path: Path])[] {
    if (path === undefined) return []
    const value: unknown = memberAt(this.#tree, path)?.value
    if (isRecord(value)) return Object.keys(value).map(key => [key, [...path, key]] as const)
    this.#wrongType(path, 'an object')
    return []
  }

  #member(
    key: string,
    value: unknown,
    path: Path,
    known: readonly string[],
    found: Map<string, Path>,
  ): void {
    const own = [...path, key]
    const name = known.find(each => each.toLowerCase() === key.toLowerCase())
    if (name === undefined) {
      const message = `cfssl knows no ${quoted(key)} here, and ignores it`
      this.trap(this.keyAt(own), message, didYouMean(key, known))
    } else if (found.has(name)) {
      const message = `${quoted(key)} is given twice: cfssl takes upper and lower case for the same`
      const at = this.keyAt(own)
      this.problems.push({ code: 'FILE_YAML', at, message, hint: 'keep one of them' })
    } else if (value !== null) found.set(name, own)
  }

  #wrongType(path: Path, wanted: string): void {
    const at = this.at(path)
    const message = `this must be ${wanted}`
    this.problems.push({ code: 'FILE_FIELD_TYPE', at, message, hint: null })
  }
}
