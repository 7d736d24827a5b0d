// The way from one object to the next: each file here shows one kind and asks the graph for its neighbours.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { PullRequestState, RepositoryState, ReviewState } from '../../state.ts'
import type { FaultsOfRequest } from '../faults.ts'
import type { Site } from '../rest/place.ts'
import type { PermissionName } from '../tokens.ts'
import type { Shown } from './shown.ts'

export interface Graph {
  readonly site: Site
  readonly faults: FaultsOfRequest
  /** Throws GitHub's FORBIDDEN where the token may not read that. */
  need(permission: PermissionName): void
  canSee(repository: RepositoryState): boolean
  /** Whether this account is the token's own. */
  isOwn(accountId: number): boolean
  repository(repository: RepositoryState): Shown
  /** Null for an account that is gone. */
  actor(id: number | null): Shown | null
  /** Only people are users; null for everybody else. */
  user(id: number | null): Shown | null
  ref(repository: RepositoryState, branch: string): Shown | null
  /** Null where the repository does not serve it. */
  object(repository: RepositoryState, id: ObjectId, path?: string): Shown | null
  commit(repository: RepositoryState, id: ObjectId): Shown | null
  pullRequest(repository: RepositoryState, pull: PullRequestState): Shown
  review(repository: RepositoryState, pull: PullRequestState, review: ReviewState): Shown
}

/** A time as GraphQL writes it: seconds, UTC. */
export { nodeId, time } from '../rest/place.ts'
