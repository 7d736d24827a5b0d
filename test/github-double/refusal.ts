// A refusal of GitHub: a status of its REST API and a message.

export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
  }
}

/** Throws a {@link Refusal} unless the condition holds. */
export function ask(condition: boolean, status: number, message: string): asserts condition {
  if (!condition) throw new Refusal(status, message)
}

/** The value; throws a {@link Refusal} with status 404 if there is none. */
export function found<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Refusal(404, `${what} was not found`)
  return value
}
