/** The decision on two objects, taken once for the same two. It must depend on them only, and neither may change. */
export function decidedOnce<A extends object, B extends object, T>(
  decide: (of: A, by: B) => T,
): (of: A, by: B) => T {
  const known = new WeakMap<A, WeakMap<B, { readonly decided: T }>>()
  return (of, by) => {
    const all = known.get(of) ?? new WeakMap<B, { readonly decided: T }>()
    known.set(of, all)
    const found = all.get(by) ?? { decided: decide(of, by) }
    all.set(by, found)
    return found.decided
  }
}

/** The answer to each question, asked for once. */
export function askedOnce<T>(ask: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return of => {
    const answer = known.get(of) ?? ask(of)
    known.set(of, answer)
    return answer
  }
}
