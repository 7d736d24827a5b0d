// A private key, or anything else that must not be printed. It shows itself as [secret] wherever text is made of it.

const REDACTED = '[secret]'

/** Wraps a value so that neither template strings, JSON nor util.inspect reveal it; `reveal()` is the one way out. */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}
