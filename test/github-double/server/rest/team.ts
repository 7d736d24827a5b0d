// Teams in REST answers. A token without the right to read members gets 404, as for a missing team.
import type { TeamState } from '../../state.ts'
import { notFound, ok } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { accountById, accountByLogin } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { isAllowed } from '../tokens.ts'
import { simpleUser } from './account.ts'
import type { RestRequest } from './place.ts'

function teamOf({ site, caller, parameters }: RestRequest): TeamState {
  const organization = site.world.state.organizations.get(parameters['org'] ?? '')
  const team = organization?.teams.get(parameters['team_slug'] ?? '')
  if (team === undefined || !isAllowed(caller, 'members')) throw notFound()
  return team
}

/** GET /orgs/{org}/teams/{team_slug}/memberships/{username} */
export function getMembership(request: RestRequest): Answer {
  const { site, parameters } = request
  const team = teamOf(request)
  const account = accountByLogin(site.world.state, parameters['username'] ?? '')
  if (account === null || !team.members.has(account.id)) throw notFound()
  const path = `orgs/${parameters['org']}/teams/${team.slug}/memberships/${account.login}`
  return ok({ url: `${site.api}/${path}`, role: 'member', state: 'active' })
}

/** GET /orgs/{org}/teams/{team_slug}/members */
export function listMembers(request: RestRequest): Answer {
  const { site, url } = request
  const members = [...teamOf(request).members].flatMap(id => {
    const account = accountById(site.world.state, id)
    return account === null ? [] : [account]
  })
  return pageOf(members, url, account => simpleUser(site, account))
}
