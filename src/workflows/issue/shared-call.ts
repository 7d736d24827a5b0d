// One call for all steps that want the same answer at the same time.

/**
 * Returns `call` for many callers. A caller gets the answer of a call that began after it asked; callers who ask while an earlier call
 * runs share the next one.
 */
export function sharedCall<T>(call: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | null = null
  let last: Promise<unknown> = Promise.resolve()
  return async () => {
    next ??= last.then(async () => {
      next = null
      const answer = call()
      last = answer.catch(() => undefined)
      return answer
    })
    return next
  }
}

/** The same for each argument of `call`. */
export function sharedCalls<T>(call: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const calls = new Map<string, () => Promise<T>>()
  return async of => {
    const shared = calls.get(of) ?? sharedCall(() => call(of))
    calls.set(of, shared)
    return shared()
  }
}
