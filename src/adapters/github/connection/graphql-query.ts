// A GraphQL document for many items at once. Every value is sent as a variable, since paths may contain any character.

export class Query {
  readonly #names = new Map<string, string>()
  readonly #declarations: string[] = []
  readonly #variables: Record<string, unknown> = {}

  get variables(): Readonly<Record<string, unknown>> {
    return this.#variables
  }

  /** Declares a variable of this type (`String!`) and returns its name for the document. Equal values share one variable. */
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
