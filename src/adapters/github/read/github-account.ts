// Conversion of GraphQL and REST accounts into Account. An account without an id becomes null: a login alone proves nothing.
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import { ID } from '../connection/answer-shapes.ts'

const TYPE = z.enum(['User', 'Bot', 'Organization', 'Mannequin', 'EnterpriseUserAccount'])

export const ACTOR_FIELDS = `kind: __typename login
  ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId }
  ... on Organization { databaseId } ... on EnterpriseUserAccount { user { databaseId } }`

/** An Actor of GraphQL; null if the account is gone. */
export const ACTOR = z
  .object({
    kind: TYPE,
    login: z.string(),
    databaseId: ID.nullish(),
    user: z.object({ databaseId: ID.nullish() }).nullish(),
  })
  .nullish()
  .transform((actor): Account | null => {
    const id = actor?.databaseId ?? actor?.user?.databaseId ?? null
    return id === null || !actor ? null : { id, login: actor.login, type: actor.kind }
  })

export const GIT_ACTOR_FIELDS = 'user { databaseId login }'

/** Author or committer of a commit: only a person's account is linked to an address. */
export const GIT_ACTOR = z
  .object({ user: z.object({ databaseId: ID.nullish(), login: z.string() }).nullish() })
  .nullish()
  .transform((actor): Account | null => {
    const { databaseId: id = null, login = '' } = actor?.user ?? {}
    return id === null ? null : { id, login, type: 'User' }
  })

/** A simple user of REST; null if the account is gone. */
export const SIMPLE_USER = z
  .object({ id: ID, login: z.string(), type: TYPE })
  .nullish()
  .transform((user): Account | null => user ?? null)
