// A private key, or another value that must not be printed. Every conversion to text gives [secret].

const REDACTED = '[secret]'

/** Wraps a value so that neither template strings, JSON nor util.inspect reveal it. Only `reveal()` returns it. */
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
