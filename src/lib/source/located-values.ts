// Plain values with the place of every member: output of the YAML reader, input of the schema check.
import type { Place } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt, wholeFile } from './text-position.ts'

/** Offsets in the text, `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

export type Path = readonly (string | number)[]

/** A value, the place where it is shown, the place of its key (null for list items and the root), and its members. */
export interface Located {
  readonly value: unknown
  readonly key: Range | null
  readonly place: Range
  /** By field name in a mapping, by index in a list. */
  readonly children: ReadonlyMap<string | number, Located>
}

export interface YamlTree {
  readonly source: SourceText
  readonly root: Located
}

/** The member at a path, or null if the file does not have it. */
export function memberAt(tree: YamlTree, path: Path): Located | null {
  let member: Located | null = tree.root
  for (const step of path) member = member?.children.get(step) ?? null
  return member
}

/** Place of the value at a path, or of the nearest member around it. */
export function valuePlace(tree: YamlTree, path: Path): Place {
  return nearestPlace(tree, path, member => member.place)
}

/** Place of the key at a path. For list items, and if there is no key, the place of the value. */
export function keyPlace(tree: YamlTree, path: Path): Place {
  return nearestPlace(tree, path, member => member.key ?? member.place)
}

/** Places of everything below a path, by dotted path relative to it (`usages[0]`). `''` is the whole file. */
export function placesBelow(tree: YamlTree, path: Path): Map<string, Place> {
  const places = new Map([['', wholeFile(tree.source)]])
  const top = memberAt(tree, path)
  if (top !== null) collect(tree.source, top, '', places)
  return places
}

/** `a.b[0].c` */
export function dotted(path: Path): string {
  return path.reduce<string>((text, step) => joined(text, step), '')
}

function collect(source: SourceText, member: Located, path: string, into: Map<string, Place>) {
  for (const [step, child] of member.children) {
    const below = joined(path, step)
    into.set(below, placeAt(source, child.place.start, child.place.end))
    collect(source, child, below, into)
  }
}

function joined(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return path === '' ? step : `${path}.${step}`
}

function nearestPlace(tree: YamlTree, path: Path, range: (member: Located) => Range): Place {
  for (let length = path.length; length > 0; length--) {
    const member = memberAt(tree, path.slice(0, length))
    if (member !== null) {
      const { start, end } = range(member)
      return placeAt(tree.source, start, end)
    }
  }
  return wholeFile(tree.source)
}
