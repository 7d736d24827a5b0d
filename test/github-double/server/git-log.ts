// History as in `git log`: by commit date, newest first; with a path, only commits that changed it.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { CommitState, GithubState, RepositoryState } from '../state.ts'
import { idAt } from './git-path.ts'
import { commitIn } from './lookup.ts'

type Place = readonly [state: GithubState, repository: RepositoryState]

/** Every commit reachable from `start`; with a path, those that differ from each of their parents there. */
export function logOf(place: Place, start: ObjectId, path: string | null): readonly ObjectId[] {
  const log: ObjectId[] = []
  const seen = new Set([start])
  const queue = [start]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const commit = commitIn(...place, id)
    if (commit === null) continue
    const { isShown, parents } = visited(place, commit, path)
    if (isShown) log.push(id)
    for (const parent of parents) {
      if (!seen.has(parent)) enqueue(place, queue, parent)
      seen.add(parent)
    }
  }
  return log
}

/** git's history simplification: a merge that equals one parent is followed to that parent only. */
function visited(
  place: Place,
  commit: CommitState,
  path: string | null,
): { readonly isShown: boolean; readonly parents: readonly ObjectId[] } {
  if (path === null) return { isShown: true, parents: commit.parents }
  const here = idAt(place, commit.tree, path)
  const same = commit.parents.find(parent => {
    const tree = commitIn(...place, parent)?.tree
    return (tree === undefined ? null : idAt(place, tree, path)) === here
  })
  if (same !== undefined) return { isShown: false, parents: [same] }
  return { isShown: commit.parents.length > 0 || here !== null, parents: commit.parents }
}

function enqueue(place: Place, queue: ObjectId[], id: ObjectId): void {
  const date = dateOf(place, id)
  const index = queue.findIndex(other => dateOf(place, other) < date)
  queue.splice(index < 0 ? queue.length : index, 0, id)
}

function dateOf(place: Place, id: ObjectId): number {
  return commitIn(...place, id)?.committer.at.getTime() ?? 0
}

/** Commits reachable from `head` and not from `base`, oldest first. */
export function logBetween(place: Place, base: ObjectId, head: ObjectId): readonly ObjectId[] {
  const known = new Set(logOf(place, base, null))
  return logOf(place, head, null)
    .filter(id => !known.has(id))
    .reverse()
}
