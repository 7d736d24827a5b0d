// Commits recreated on another parent (git rebase): each change is merged onto the new line, merge commits are dropped.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { FileChanges } from './git-files.ts'
import { commitAt, put } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import { putTree } from './git-tree.ts'
import type { Files } from './git-tree.ts'
import { commitFiles, mergeFiles } from './merge.ts'
import { settle } from './settle-conflicts.ts'
import type { SignatureState } from '../state.ts'

export interface Replay {
  /** Oldest first. */
  readonly commits: readonly ObjectId[]
  readonly onto: ObjectId
  readonly committer: SignatureState
  /** Resolved content of conflicting files, for each commit with a conflict. */
  readonly resolution?: FileChanges
}

/** The new commits, oldest first; a change that exists already makes no commit. Refuses (405) a conflict. */
export function replay(objects: Objects, input: Replay): ObjectId[] {
  const made: ObjectId[] = []
  let tip = input.onto
  for (const id of input.commits) {
    const commit = commitAt(objects, id)
    if (commit.parents.length > 1) continue
    const before: Files =
      commit.parents[0] === undefined ? new Map() : commitFiles(objects, commit.parents[0])
    const after = commitFiles(objects, id)
    const merged = mergeFiles(objects, before, commitFiles(objects, tip), after)
    const resolution = Object.entries(input.resolution ?? {}).filter(([path]) =>
      merged.conflicts.includes(path),
    )
    const tree = putTree(objects, settle(objects, merged, Object.fromEntries(resolution)))
    const wasEmpty = putTree(objects, before) === commit.tree
    if (!wasEmpty && tree === commitAt(objects, tip).tree) continue
    tip = put(objects, {
      ...commit,
      tree,
      parents: [tip],
      committer: input.committer,
      isSignedByGitHub: false,
    })
    made.push(tip)
  }
  return made
}
