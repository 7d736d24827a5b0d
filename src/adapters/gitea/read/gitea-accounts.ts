// Accounts of a Gitea server. An account without a positive id is gone (Ghost), or is no account (Gitea Actions).
import { z } from 'zod'
import { askedOnce } from '../../../domain/decided-once.ts'
import type { Account } from '../../../domain/proof/account.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'

const SHAPE = z.object({ id: z.number().int(), login: z.string() })

/** An account in an answer; null if it is gone. Gitea does not say which accounts are of machines. */
export const GITEA_USER = SHAPE.nullish().transform((user): Account | null =>
  user && user.id > 0 ? { id: user.id, login: user.login, type: 'User' } : null,
)

const FOUND = z.object({ data: z.array(SHAPE.extend({ email: z.string() })) })

/** The account with a primary address, looked up once; null if there is none, or if it keeps its address private. */
export type AddressBook = (address: string) => Promise<Account | null>

export function addressBook(connection: GiteaConnection): AddressBook {
  const accountAt = askedOnce(async (address): Promise<Account | null> => {
    const call = {
      path: '/users/search',
      query: { q: address, limit: 50 },
      doing: 'find the account of a co-author',
      needs: 'read:user',
      alsoTakes: [403, 404],
    }
    const users = (await connection.get(call, FOUND))?.data ?? []
    const user = users.find(({ email }) => email.toLowerCase() === address)
    return user === undefined ? null : { id: user.id, login: user.login, type: 'User' }
  })
  return address => accountAt(address.toLowerCase())
}
