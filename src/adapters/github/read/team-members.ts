// Members of a team by id, from GraphQL's list of members, which names active members only.
import { z } from 'zod'
import type { TeamRef } from '../../../domain/request/config.ts'
import { CountersignError } from '../../../domain/problem.ts'
import { ID, PAGE_FIELDS, PAGE_INFO, nextCursor, understood } from '../connection/answer-shapes.ts'
import { Query } from '../connection/graphql-query.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const DOING = 'read the members of a team'
const WHAT = 'the members of a team'
const SHAPE = z.object({
  organization: z.object({
    team: z
      .object({
        databaseId: ID,
        members: z.object({
          totalCount: z.number().int(),
          pageInfo: PAGE_INFO,
          nodes: z.array(z.object({ databaseId: ID }).nullable()),
        }),
      })
      .nullable(),
  }),
})

/**
 * Null if the token cannot read the team, or if the slug now belongs to another team. GitHub answers "no such team" in both cases.
 * Neither case proves that an account is not a member.
 */
export async function readTeamMembers(
  api: RepositoryApi,
  team: TeamRef,
): Promise<ReadonlySet<number> | null> {
  const members = new Set<number>()
  let seen = 0
  for (let cursor: string | null = null; ;) {
    const page: TeamPage | null = await readPage(api, team.slug, cursor)
    if (page === null || page.databaseId !== team.id) return null
    // A member whose account GitHub hides cannot be a reviewer.
    for (const node of page.members.nodes) if (node !== null) members.add(node.databaseId)
    seen += page.members.nodes.length
    const next = nextCursor(page.members.pageInfo, cursor, WHAT)
    if (next === null && seen < page.members.totalCount) throw incomplete(WHAT)
    if (next === null) return members
    cursor = next
  }
}

type TeamPage = NonNullable<z.output<typeof SHAPE>['organization']['team']>

async function readPage(
  { connection, owner }: RepositoryApi,
  slug: string,
  cursor: string | null,
): Promise<TeamPage | null> {
  const query = new Query()
  const after = cursor === null ? '' : `, after: ${query.value('String!', cursor)}`
  const document = `organization(login: ${query.value('String!', owner)}) {
    team(slug: ${query.value('String!', slug)}) { databaseId
      members(first: 100${after}) { totalCount ${PAGE_FIELDS} nodes { databaseId } } } }`
  const { variables } = query
  const call = { query: query.document(document), variables, doing: DOING, needs: 'members: read' }
  try {
    return understood(SHAPE, await connection.graphql(call), DOING).organization.team
  } catch (cause) {
    if (cause instanceof CountersignError && isUnreadable(cause)) return null
    throw cause
  }
}

/** The token may not read teams, or the owner is not an organization. Then nothing is known of teams. */
function isUnreadable({ problem }: CountersignError): boolean {
  return problem.code === 'GITHUB_FORBIDDEN' || problem.code === 'GITHUB_NOT_FOUND'
}
