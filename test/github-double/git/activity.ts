// The activity of a repository: who moved which branch between which commits, as recorded by the server.
import { newId } from '../people.ts'
import type { ActivityState, GithubState, RepositoryState } from '../state.ts'

export type Move = Omit<ActivityState, 'id' | 'at'>

/** Adds one row at the time of the double's clock. */
export function recordMove(state: GithubState, repository: RepositoryState, move: Move): void {
  repository.activity.push({ id: newId(state), at: state.now, ...move })
}
