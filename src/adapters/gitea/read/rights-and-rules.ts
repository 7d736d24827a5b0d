// Rights of accounts, members of teams, and rules of a branch at a Gitea server, now.
import { z } from 'zod'
import type { Account, Permission } from '../../../domain/proof/account.ts'
import type { BranchRules, ReviewerRights } from '../../../domain/proof/repository-facts.ts'
import type { TeamRef } from '../../../domain/request/config.ts'
import { rightsFrom } from '../../github/read/permissions-and-teams.ts'
import { inPortions } from '../../system/in-portions.ts'
import { encodedName } from '../connection/gitea-connection.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'

const AT_ONCE = 5
const PERMISSIONS = {
  owner: 'admin',
  admin: 'admin',
  write: 'write',
  read: 'read',
  none: 'none',
} as const
const RIGHT = z.object({
  permission: z.enum(['owner', 'admin', 'write', 'read', 'none']),
  user: z.object({ id: z.number().int() }),
})
const MEMBER = z.object({ id: z.number().int() })
const TEAMS = z.array(MEMBER.extend({ units_map: z.record(z.string(), z.string()).nullish() }))
const BRANCH = z.object({ required_approvals: z.number().int() })

/** The token has to be of an administrator of the repository, and of an owner of the organization for teams. Else the answers are null. */
export async function readRights(
  connection: GiteaConnection,
  repository: string,
  accounts: readonly Account[],
  teams: readonly TeamRef[],
): Promise<ReviewerRights> {
  const writers = await readTeamWriters(connection, repository)
  const found = await inPortions(accounts, AT_ONCE, async ({ id, login }) => {
    const answer = await readRight(connection, repository, login)
    const isOther = answer !== null && answer.id !== null && answer.id !== id
    const own = isOther ? 'none' : (answer?.permission ?? null)
    return [id, own !== 'admin' && answer?.id === id && writers.has(id) ? 'write' : own] as const
  })
  const members = new Map<number, ReadonlySet<number> | null>()
  for (const { id } of teams) members.set(id, await readMembers(connection, id))
  return rightsFrom(found, members)
}

/** Members of teams that may write code: the right of one account leaves them out. Empty for a repository of a person. */
async function readTeamWriters(
  connection: GiteaConnection,
  repository: string,
): Promise<ReadonlySet<number>> {
  const call = { doing: 'read the teams of the repository', needs: 'read:repository' }
  const path = `${repository}/teams`
  const teams = await connection.get({ ...call, path, alsoTakes: [403, 404, 405] }, TEAMS)
  const writing = (teams ?? []).filter(({ units_map: units }) => units?.['repo.code'] === 'write')
  const members = await inPortions(writing, AT_ONCE, ({ id }) => readMembers(connection, id))
  return new Set(members.flatMap(each => [...(each ?? [])]))
}

/** Null if Gitea does not say. Without an account of that login, the right is none. */
async function readRight(
  connection: GiteaConnection,
  repository: string,
  login: string,
): Promise<{ readonly id: number | null; readonly permission: Permission } | null> {
  const call = { doing: 'read the rights of reviewers', needs: 'read:repository and read:user' }
  const path = `${repository}/collaborators/${encodeURIComponent(login)}/permission`
  const found = await connection.get({ ...call, path, alsoTakes: [403, 404] }, RIGHT)
  if (found !== null) return { id: found.user.id, permission: PERMISSIONS[found.permission] }
  const user = { ...call, path: `/users/${encodeURIComponent(login)}`, alsoTakes: [404] }
  const isGone = (await connection.get(user, MEMBER)) === null
  return isGone ? { id: null, permission: 'none' } : null
}

async function readMembers(
  connection: GiteaConnection,
  team: number,
): Promise<ReadonlySet<number> | null> {
  const call = {
    path: `/teams/${team}/members`,
    doing: 'read the members of a team',
    needs: 'read:organization, and to be of an owner of the organization',
    alsoTakes: [403, 404],
  }
  const members = await connection.list(call, MEMBER, ({ id }) => id)
  return members === null ? null : new Set(members.map(({ id }) => id))
}

/** Gitea requires no reviews of single files. */
export async function readRequiredApprovals(
  connection: GiteaConnection,
  repository: string,
  branch: string,
): Promise<BranchRules | null> {
  const call = {
    path: `${repository}/branches/${encodedName(branch)}`,
    doing: 'read the rules of the default branch',
    needs: 'read:repository',
    alsoTakes: [403, 404],
  }
  const found = await connection.get(call, BRANCH)
  return found === null
    ? null
    : { requiredApprovals: found.required_approvals, requiredReviewers: [] }
}
