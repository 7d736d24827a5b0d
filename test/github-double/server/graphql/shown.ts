// The result of a resolver: the name of its type and its fields, each a value or a function of the arguments.
import { GraphQLError } from 'graphql'

export type Value = string | number | boolean | null | Shown | readonly (Value | null)[]
export type Field = Value | ((given: Given) => Value)

export class Shown {
  readonly typename: string
  readonly fields: Readonly<Record<string, Field>>

  constructor(typename: string, fields: Readonly<Record<string, Field>>) {
    this.typename = typename
    this.fields = fields
  }
}

/** An error in GitHub's form: its type is next to the message. */
export function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } })
}

export function forbidden(): GraphQLError {
  return failure('FORBIDDEN', 'Resource not accessible by integration')
}

/** The arguments of a field. Records which were read, so that an unread one is reported. */
export class Given {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #seen = new Set<string>()

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  text(name: string): string | null {
    const value = this.#look(name)
    return typeof value === 'string' ? value : null
  }

  number(name: string): number | null {
    const value = this.#look(name)
    return typeof value === 'number' ? value : null
  }

  /** Null if absent. */
  list(name: string): readonly string[] | null {
    const value = this.#look(name)
    return Array.isArray(value) ? value.map(String) : null
  }

  /** A member of an input object; null if absent. */
  memberOf(name: string, member: string): unknown {
    const value = this.#look(name)
    return typeof value === 'object' && value !== null ? Reflect.get(value, member) : null
  }

  isSet(name: string): boolean {
    return this.#look(name) === true
  }

  wasSeen(name: string): boolean {
    return this.#seen.has(name)
  }

  #look(name: string): unknown {
    this.#seen.add(name)
    return this.#values[name]
  }
}
