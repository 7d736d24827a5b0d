// Organisations and their teams.
import { askFree, newId } from './people.ts'
import { ask } from './refusal.ts'
import type { GithubState, OrganizationState, TeamState } from './state.ts'

/** Organisations and accounts share one namespace. */
export function addOrganization(state: GithubState, login: string): OrganizationState {
  askFree(state, login)
  const organization: OrganizationState = { login, teams: new Map() }
  state.organizations.set(login, organization)
  return organization
}

export function addTeam(
  state: GithubState,
  organization: OrganizationState,
  slug: string,
): TeamState {
  ask(!organization.teams.has(slug), 422, `${organization.login} has a team ${slug} already`)
  const team: TeamState = { id: newId(state), slug, members: new Set() }
  organization.teams.set(slug, team)
  return team
}
