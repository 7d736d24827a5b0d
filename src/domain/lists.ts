// Lists: each item once, items by key, what one has and another lacks, one order of texts, a sum.
import type { NonEmpty } from './problem.ts'

/** Each item with another key once: of equal keys the last item, at the place of the first. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => unknown): readonly T[] {
  return [...new Map(items.map(item => [keyOf(item), item])).values()]
}

/** The values of each key, in the order of the entries. */
export function grouped<K, V>(entries: Iterable<readonly [K, V]>): ReadonlyMap<K, NonEmpty<V>> {
  const groups = new Map<K, [V, ...V[]]>()
  for (const [key, value] of entries) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}

/** What is left of the list when each of `taken` has removed one item with its key. */
export function without<T>(
  list: readonly T[],
  taken: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const left = taken.map(keyOf)
  return list.filter(item => {
    const found = left.indexOf(keyOf(item))
    if (found !== -1) left.splice(found, 1)
    return found === -1
  })
}

export function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}

/** Compares texts by their code units, in the same way in every locale. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Compares names as people count: u2 comes before u10. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en-u-kn') || compareTexts(a, b)
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0)
}
