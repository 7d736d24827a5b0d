// The author association that GitHub shows with comments and reviews.
import type { RepositoryState } from '../../state.ts'
import { accountById } from '../lookup.ts'
import type { Site } from './place.ts'

/** Private members of an organisation appear as CONTRIBUTOR, so no decision may use this value. */
export function authorAssociation(
  site: Site,
  repository: RepositoryState,
  accountId: number,
): 'OWNER' | 'COLLABORATOR' | 'CONTRIBUTOR' {
  const account = accountById(site.world.state, accountId)
  if (account?.login === repository.owner) return 'OWNER'
  return repository.collaborators.has(accountId) ? 'COLLABORATOR' : 'CONTRIBUTOR'
}
