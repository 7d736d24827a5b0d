// What a pull request proposes: its commits, and its merges that change the file. Compared with the default branch, not with the commit
// before.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { mergeBasesWith, reachableFrom } from '../merges/branch-history.ts'
import type { FileOrigin, ProofFacts } from '../proof-facts.ts'
import { replacedCommits, replacedHeads } from './replaced-commits.ts'

export interface Proposed {
  /** Commits that the default branch did not have, also those that a force push removed; without merges by GitHub that change nothing. */
  readonly commits: readonly PullRequestCommit[]
  /** Ids of the same commits and of all merges. */
  readonly ids: readonly ObjectId[]
  /** Ids of heads that a force push removed and GitHub no longer has: what they had is unknown. */
  readonly lost: readonly ObjectId[]
  /** True if the move brought or removed one of these commits. */
  readonly isMovedBy: (move: BranchMove) => boolean
}

/** Gives what a pull request proposes. The landing is that of the whole pull request. */
export function proposals(
  { path, landing }: Pick<FileOrigin, 'path' | 'landing'>,
  facts: Pick<ProofFacts, 'ancestry' | 'blobAt' | 'otherCommits'>,
): (pull: PullRequest) => Proposed {
  const { ancestry, otherCommits } = facts
  const { before } = landing
  const held = before === null ? new Set<ObjectId>() : reachableFrom(ancestry, before)
  const isChanged = changedBy({ path, landing }, facts)
  const since = (tip: ObjectId | null): ReadonlySet<ObjectId> =>
    tip === null ? new Set() : reachableFrom(ancestry, tip, held)
  return pull => {
    const removed = replacedCommits(pull, before, facts)
    const all = [...pull.commits, ...removed.flatMap(id => otherCommits.get(id) ?? [])]
    const own = new Map(all.map(each => [each.id, each]))
    const updates = new Set(
      [...own.values()].filter(each => isUpdate(each) && !isChanged(each)).map(({ id }) => id),
    )
    return {
      commits: [...own.values()].filter(({ id }) => !updates.has(id)),
      ids: [...own.keys()],
      lost: replacedHeads(pull).filter(id => !ancestry.has(id)),
      isMovedBy: move => {
        if (move.after === null) return false
        if (!ancestry.has(move.after)) return true
        const [older, newer] = [since(move.before), since(move.after)]
        const differing = [...older, ...newer].filter(id => !(older.has(id) && newer.has(id)))
        return differing.some(id => !updates.has(id))
      },
    }
  }
}

/** A merge that GitHub made: the base, or another pull request. */
function isUpdate({ parents, isSignedByGitHub }: PullRequestCommit): boolean {
  return parents.length > 1 && isSignedByGitHub
}

/** The blob that a commit proposes for the file, null for its removal. A null proposal: what the base has. */
type Proposal = { readonly blob: ObjectId | null } | null

/**
 * A merge changes the file if it differs from every parent; taking over one parent's version is no change. Proposals are compared, not
 * files: a merge of the base that keeps an old text leaves the file of its branch as it was, but reverts the newer text of the base. A
 * commit that cannot be looked up counts as a proposal of its own.
 */
function changedBy(
  file: Pick<FileOrigin, 'path' | 'landing'>,
  facts: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): (commit: PullRequestCommit) => boolean {
  const bases = baseBlobs(file, facts)
  const proposed = (commit: ObjectId): Proposal => {
    const blob = facts.blobAt({ commit, path: file.path })
    if (blob === GONE) return { blob }
    return bases(commit).every(base => base === blob) ? null : { blob }
  }
  return ({ id, parents }) => {
    const now = proposed(id)
    return now !== null && !parents.some(parent => isSame(now, proposed(parent)))
  }
}

function isSame(one: Proposal, other: Proposal): boolean {
  return one?.blob !== GONE && other !== null && one?.blob === other.blob
}

/** Gives the file at each merge base of a commit with the default branch before the landing; `[null]` without common history. */
export function baseBlobs(
  { landing, path }: Pick<FileOrigin, 'landing' | 'path'>,
  { ancestry, blobAt }: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): (commit: ObjectId) => readonly BlobAt[] {
  const { before } = landing
  if (before === null) return () => [null]
  const partings = mergeBasesWith(ancestry, before)
  return commit => {
    const bases = partings(commit)
    return bases.length === 0 ? [null] : bases.map(base => blobAt({ commit: base, path }))
  }
}
