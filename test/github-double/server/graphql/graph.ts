// Navigation between objects: each file here shows one kind and gets its neighbours from the graph.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { PullRequestState, RepositoryState, ReviewState } from '../../state.ts'
import type { FaultsOfRequest } from '../faults.ts'
import type { Site } from '../rest/place.ts'
import type { PermissionName } from '../tokens.ts'
import type { Shown } from './shown.ts'

export interface Graph {
  readonly site: Site
  readonly faults: FaultsOfRequest
  /** Throws GitHub's FORBIDDEN if the token may not read it. */
  need(permission: PermissionName): void
  canSee(repository: RepositoryState): boolean
  /** Whether this account is the token's own. */
  isOwn(accountId: number): boolean
  repository(repository: RepositoryState): Shown
  /** Null for a deleted account. */
  actor(id: number | null): Shown | null
  /** Only people are users; null for other accounts. */
  user(id: number | null): Shown | null
  ref(repository: RepositoryState, branch: string): Shown | null
  /** Null if the repository does not serve it. */
  object(repository: RepositoryState, id: ObjectId, path?: string): Shown | null
  commit(repository: RepositoryState, id: ObjectId): Shown | null
  pullRequest(repository: RepositoryState, pull: PullRequestState): Shown
  review(repository: RepositoryState, pull: PullRequestState, review: ReviewState): Shown
}

/** A time in GraphQL: seconds, UTC. */
export { nodeId, time } from '../rest/place.ts'
