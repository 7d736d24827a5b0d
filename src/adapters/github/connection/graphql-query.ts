// A GraphQL document put together for many things at once. Every value travels as a variable: paths may hold anything.

export class Query {
  readonly #names = new Map<string, string>()
  readonly #declarations: string[] = []
  readonly #variables: Record<string, unknown> = {}

  get variables(): Readonly<Record<string, unknown>> {
    return this.#variables
  }

  /** Declares a value (`String!`) and gives what stands for it in the document; equal values stand once. */
  value(type: string, value: string | number): string {
    const key = JSON.stringify([type, value])
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const name = `v${this.#names.size}`
    this.#names.set(key, `$${name}`)
    this.#declarations.push(`$${name}: ${type}`)
    this.#variables[name] = value
    return `$${name}`
  }

  document(body: string): string {
    return `query(${this.#declarations.join(', ')}) {\n${body}\n}`
  }
}
