// The members of a team by their ids: REST's team and its list of members, which names active ones only.
import { z } from 'zod'
import type { TeamRef } from '../../domain/config.ts'
import { ID, understood } from './answer.ts'
import type { RepositoryApi } from './repository-api.ts'

const DOING = 'read the members of a team'
const TEAM = z.object({ id: ID })
const MEMBERS = z.array(z.object({ id: ID }))

/**
 * Null where the token cannot read the team, and where the slug is another team's now: GitHub answers "not found" to both,
 * and neither says that somebody is no member.
 */
export async function readTeamMembers(
  api: RepositoryApi,
  team: TeamRef,
): Promise<ReadonlySet<number> | null> {
  const call = {
    parameters: { org: api.owner, team_slug: team.slug },
    doing: DOING,
    needs: 'members: read',
    alsoTakes: [403, 404],
  }
  const route = '/orgs/{org}/teams/{team_slug}'
  const found = await api.connection.rest({ ...call, route })
  if (found.status !== 200 || understood(TEAM, found.data, DOING).id !== team.id) return null
  const pages = await api.pagesOf({ ...call, route: `${route}/members` }, MEMBERS)
  return pages === null ? null : new Set(pages.flat().map(({ id }) => id))
}
