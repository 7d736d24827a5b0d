// An organisation's teams in GraphQL. A token without the right to read members sees no team.
import { isAllowed } from '../tokens.ts'
import type { Caller } from '../tokens.ts'
import type { TeamState } from '../../state.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId } from './graph.ts'
import { failure, Shown } from './shown.ts'

/** Throws GitHub's NOT_FOUND. */
export function organization(graph: Graph, caller: Caller, login: string): Shown {
  const found = graph.site.world.state.organizations.get(login)
  if (found === undefined) {
    const message = `Could not resolve to an Organization with the login of '${login}'.`
    throw failure('NOT_FOUND', message)
  }
  return new Shown('Organization', {
    id: nodeId('O', login),
    login,
    team: given => {
      const slug = given.text('slug') ?? ''
      const named = found.teams.get(slug)
      return named === undefined || !isAllowed(caller, 'members') ? null : team(graph, named)
    },
  })
}

function team(graph: Graph, { id, slug, members }: TeamState): Shown {
  return new Shown('Team', {
    id: nodeId('T', id),
    databaseId: id,
    slug,
    name: slug,
    members: connection(graph.faults, {
      type: 'TeamMemberConnection',
      name: 'members',
      members: [...members],
      show: member => graph.user(member),
    }),
  })
}
