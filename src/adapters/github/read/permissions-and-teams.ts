// Current repository permissions and team memberships of accounts. Ids decide: a login may belong to another account now.
import { z } from 'zod'
import { grouped } from '../../../domain/lists.ts'
import type { Account, Permission } from '../../../domain/proof/account.ts'
import type { TeamRef } from '../../../domain/request/config.ts'
import type { ReviewerRights } from '../../../domain/proof/repository-facts.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { inPortions } from '../../system/in-portions.ts'
import { readTeamMembers } from './team-members.ts'

const DOING = 'read the rights of reviewers'
const AT_ONCE = 5
const PERMISSIONS = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
} as const
const SHAPE = z.object({
  permission: z.enum(['admin', 'maintain', 'write', 'triage', 'read', 'none']),
  user: z.object({ id: ID }).nullish(),
})

/** `organizations` uses a token that may read members. It is null if there is no such token; then no team can be read. */
export async function readReviewerRights(
  api: RepositoryApi,
  organizations: RepositoryApi | null,
  accounts: readonly Account[],
  teams: readonly TeamRef[],
): Promise<ReviewerRights> {
  const asked = new Map(accounts.map(account => [`${account.id} ${account.login}`, account]))
  const found = await inPortions([...asked.values()], AT_ONCE, async account => {
    return [account.id, await readPermission(api, account)] as const
  })
  const members = new Map<number, ReadonlySet<number> | null>()
  for (const team of teams)
    members.set(team.id, organizations === null ? null : await readTeamMembers(organizations, team))
  return rightsFrom(found, members)
}

/** From the permission of each login by the id of its account, and the members of each team by its id; null for what is unknown. */
export function rightsFrom(
  found: readonly (readonly [number, Permission | null])[],
  members: ReadonlyMap<number, ReadonlySet<number> | null>,
): ReviewerRights {
  const permissions = grouped(found)
  return {
    permission: ({ id }) => rightAmong(permissions.get(id) ?? [null]),
    isMember: (team, account) => members.get(team.id)?.has(account.id) ?? null,
  }
}

/** An account known by several logins has the permission of the login it has now. If an answer is unknown, so is the result. */
function rightAmong(found: readonly (Permission | null)[]): Permission | null {
  const own = found.find(permission => permission !== null && permission !== 'none')
  return own ?? (found.includes(null) ? null : 'none')
}

/** `none` if no account has that login, or an account with another id has it; null if GitHub does not say. */
async function readPermission(api: RepositoryApi, account: Account): Promise<Permission | null> {
  const { status, data } = await api.get({
    route: '/collaborators/{username}/permission',
    parameters: { username: account.login },
    doing: DOING,
    needs: 'metadata: read',
    alsoTakes: [403, 404],
  })
  if (status === 404) return 'none'
  if (status !== 200) return null
  const { permission, user } = understood(SHAPE, data, DOING)
  if (user === null || user === undefined) return null
  return user.id === account.id ? PERMISSIONS[permission] : 'none'
}
