// A function that keeps its newest results. For pure functions of a text that one run calls several times with the same text.

/** `of` with its newest `size` results, by its argument. An error is not kept, and neither is a text of more than `longest` characters. */
export function keepingNewest<T>(
  size: number,
  of: (text: string) => T,
  longest = Infinity,
): (text: string) => T {
  const newest = new Map<string, T>()
  return text => {
    const known = newest.get(text)
    if (known !== undefined) return known
    const result = of(text)
    if (text.length > longest) return result
    newest.set(text, result)
    const [oldest] = newest.keys()
    if (newest.size > size && oldest !== undefined) newest.delete(oldest)
    return result
  }
}
