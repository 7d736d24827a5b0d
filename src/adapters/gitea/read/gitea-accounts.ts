// Accounts of a Gitea server. An account without a positive id is gone (Ghost), or is no account (Gitea Actions).
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'

const SHAPE = z.object({ id: z.number().int(), login: z.string() })

/** An account in an answer; null if it is gone. Gitea does not say which accounts are of machines. */
export const GITEA_USER = SHAPE.nullish().transform((user): Account | null =>
  user && user.id > 0 ? { id: user.id, login: user.login, type: 'User' } : null,
)

const FOUND = z.object({ data: z.array(SHAPE.extend({ email: z.string() })) })

/** Accounts by address, each looked up once. */
export class AddressBook {
  readonly #connection: GiteaConnection
  readonly #known = new Map<string, Promise<Account | null>>()

  constructor(connection: GiteaConnection) {
    this.#connection = connection
  }

  /** The account with this primary address; null if there is none, or if it keeps its address private. */
  find(address: string): Promise<Account | null> {
    const key = address.toLowerCase()
    const known = this.#known.get(key) ?? this.#ask(key)
    this.#known.set(key, known)
    return known
  }

  async #ask(address: string): Promise<Account | null> {
    const call = {
      path: '/users/search',
      query: { q: address, limit: 50 },
      doing: 'find the account of a co-author',
      needs: 'read:user',
      alsoTakes: [403, 404],
    }
    const users = (await this.#connection.get(call, FOUND))?.data ?? []
    const user = users.find(({ email }) => email.toLowerCase() === address)
    return user === undefined ? null : { id: user.id, login: user.login, type: 'User' }
  }
}
