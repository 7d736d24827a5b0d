// Lists: each item once, one order of texts, a sum.

/** Each item with another key once: of equal keys the last item, at the place of the first. */
export function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => unknown): readonly T[] {
  return [...new Map(items.map(item => [keyOf(item), item])).values()]
}

export function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}

/** Compares texts by their code units, in the same way in every locale. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0)
}
