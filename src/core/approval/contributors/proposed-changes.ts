// What a pull request proposes: its commits. A merge that GitHub made is none, unless it may have changed a file.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BranchMove, FileAt, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { mergeBases, reachableFrom } from '../merges/branch-history.ts'
import type { ProofFacts } from '../proof-facts.ts'
import { replacedCommits, replacedHeads } from './replaced-commits.ts'

export interface Proposed {
  /** Commits that the default branch did not have, also those that a force push removed; without merges by GitHub that change nothing. */
  readonly commits: readonly PullRequestCommit[]
  /** Ids of the same commits and of all merges. */
  readonly ids: readonly ObjectId[]
  /** Ids of heads that a force push removed and GitHub no longer has: what they had is unknown. */
  readonly lost: readonly ObjectId[]
  /** Commits that a move brought or removed, without such merges; null if GitHub no longer has them. */
  readonly movedBy: (move: BranchMove) => readonly ObjectId[] | null
}

/** Gives what a pull request proposes. `before`: the state below its landing. */
export function proposals(
  before: ObjectId | null,
  facts: ProofFacts,
): (pull: PullRequest) => Proposed {
  const { ancestry, otherCommits } = facts
  const held = before === null ? new Set<ObjectId>() : reachableFrom(ancestry, before)
  const since = (tip: ObjectId | null): ReadonlySet<ObjectId> =>
    tip === null ? new Set() : reachableFrom(ancestry, tip, held)
  return pull => {
    const removed = replacedCommits(pull, before, facts)
    const all = [...pull.commits, ...removed.flatMap(id => otherCommits.get(id) ?? [])]
    const own = new Map(all.filter(({ id }) => !held.has(id)).map(each => [each.id, each]))
    const updates = new Set(
      [...own.values()].filter(each => isUpdate(each, facts)).map(({ id }) => id),
    )
    return {
      commits: [...own.values()].filter(({ id }) => !updates.has(id)),
      ids: [...own.keys()],
      lost: replacedHeads(pull).filter(id => !ancestry.has(id)),
      movedBy: move => {
        const { before: old, after } = move
        if (after === null) return []
        if (!ancestry.has(after)) return null
        // What the base brought is no part of the one who pressed "Update branch".
        if (updates.has(after) && own.get(after)?.parents[0] === old) return []
        const [older, newer] = [since(old), since(after)]
        return [...older, ...newer].filter(
          id => !(older.has(id) && newer.has(id)) && !updates.has(id),
        )
      },
    }
  }
}

/**
 * True for a merge that GitHub made, of the base or of another pull request, if no file changed on both of its sides, and the merge took each
 * file from one of them. Else a person may have resolved a conflict on GitHub. False if a commit or its files are gone.
 */
function isUpdate(
  { id, parents, isSignedByGitHub }: PullRequestCommit,
  facts: ProofFacts,
): boolean {
  const [own, other, ...more] = parents
  if (!isSignedByGitHub || own === undefined || other === undefined || more.length > 0) return false
  const [base, ...bases] = mergeBases(facts.ancestry, own, other)
  if (base === undefined || bases.length > 0) return false
  const shown = facts.diffOf({ base: other, head: id })
  if (shown === null || shown.isCut) return false
  const isSame = (one: FileAt, two: FileAt): boolean => {
    const blob = facts.fileAt(one)
    return blob !== GONE && blob === facts.fileAt(two)
  }
  return shown.files
    .flatMap(({ path, previousPath }) => [path, ...(previousPath === null ? [] : [previousPath])])
    .every(
      path =>
        isSame({ commit: id, path }, { commit: own, path }) &&
        isSame({ commit: other, path }, { commit: base, path }),
    )
}
