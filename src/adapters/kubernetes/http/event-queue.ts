// A queue that one side pushes into and the other iterates over. It loses no item.

export class Feed<T> implements AsyncIterable<T> {
  readonly #queue: T[] = []
  #wake: (() => void) | null = null
  #closed = false
  #failure: { readonly cause: unknown } | null = null

  push(value: T): void {
    this.#queue.push(value)
    this.#wake?.()
  }

  /** Ends the iteration after the queued items. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  /** Ends the iteration by throwing. */
  fail(cause: unknown): void {
    this.#failure = { cause }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.#queue.shift()
      if (next !== undefined) yield next
      else if (this.#failure !== null) throw this.#failure.cause
      else if (this.#closed) return
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}
