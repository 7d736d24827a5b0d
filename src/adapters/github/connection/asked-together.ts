// Items that callers ask for in one turn of the event loop, asked in one go. Each item is asked once at a time.
import { setImmediate } from 'node:timers/promises'

export class AskedTogether<Key, Item> {
  readonly #ask: (items: ReadonlyMap<Key, Item>) => Promise<void>
  /** Items of this turn. */
  #gathered = new Map<Key, Item>()
  #turn: Promise<void> | null = null
  readonly #underWay = new Map<Key, Promise<void>>()

  /** `ask` keeps the answers. Nothing of a failed call is kept here: the next caller asks again. */
  constructor(ask: (items: ReadonlyMap<Key, Item>) => Promise<void>) {
    this.#ask = ask
  }

  /** Ends when all items were answered. Throws what the call for one of them threw. */
  async want(items: ReadonlyMap<Key, Item>): Promise<void> {
    await Promise.all(new Set([...items].map(each => this.#answerOf(...each))))
  }

  #answerOf(key: Key, item: Item): Promise<void> {
    const known = this.#underWay.get(key)
    if (known !== undefined) return known
    this.#gathered.set(key, item)
    this.#turn ??= this.#endOfTurn()
    this.#underWay.set(key, this.#turn)
    return this.#turn
  }

  async #endOfTurn(): Promise<void> {
    await setImmediate()
    const items = this.#gathered
    this.#gathered = new Map()
    this.#turn = null
    try {
      await this.#ask(items)
    } finally {
      for (const key of items.keys()) this.#underWay.delete(key)
    }
  }
}
