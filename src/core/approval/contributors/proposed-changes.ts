// What a pull request proposes: its commits. A merge that GitHub made is none, unless it may have changed a file.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { ancestorsOf, mergeBases, reachableFrom } from '../merges/branch-history.ts'
import type { CommitSet } from '../merges/branch-history.ts'
import { isGithubMerge } from '../merges/merge-source.ts'
import type { ProofFacts } from '../proof-facts.ts'
import { joinedCommits } from './joined-commits.ts'
import { linkedTo } from './linked-pull-requests.ts'
import { replacedCommits, replacedHeads } from './replaced-commits.ts'

export interface ProposedChanges {
  /** Commits that the default branch did not have, also those that a force push removed; without merges by GitHub that change nothing. */
  readonly commits: readonly PullRequestCommit[]
  /** Ids of the same commits and of all merges. */
  readonly ids: readonly ObjectId[]
  /** Ids of heads that a force push removed and GitHub no longer has: what they had is unknown. */
  readonly lost: readonly ObjectId[]
  /** Commits that a move brought or removed, without such merges; null if GitHub no longer has them. */
  readonly movedBy: (move: BranchMove) => readonly ObjectId[] | null
  /** Whether a head has one of these commits. */
  readonly has: (head: ObjectId | null, ids: ReadonlySet<ObjectId>) => boolean
}

/** Gives what a pull request proposes. `before`: the state below the landing, which was then. */
export function proposals(
  before: ObjectId | null,
  until: Date,
  facts: ProofFacts,
): (pull: PullRequest) => ProposedChanges {
  const held = ancestorsOf(facts.ancestry, before)
  const known = new Map<number, ProposedChanges>()
  return pull => {
    const found = known.get(pull.number) ?? proposedBy(pull, { before, until, held }, facts)
    known.set(pull.number, found)
    return found
  }
}

interface Below {
  readonly before: ObjectId | null
  readonly until: Date
  /** Everything that `before` contains. */
  readonly held: CommitSet
}

function proposedBy(
  pull: PullRequest,
  { before, until, held }: Below,
  facts: ProofFacts,
): ProposedChanges {
  const { ancestry, otherCommits } = facts
  const replaced = replacedCommits(pull, before, facts)
  const copied = isCopiedToBranch(pull, facts) ? copiedCommits(pull, facts) : new Set()
  const joined = new Set(
    [...joinedCommits(pull, before, facts)].filter(
      id => copied.has(id) || !wasProposed(id, pull, until, facts),
    ),
  )
  const left = { has: (id: ObjectId) => held.has(id) && !joined.has(id) }
  const since = (tip: ObjectId | null): ReadonlySet<ObjectId> =>
    tip === null ? new Set() : reachableFrom(ancestry, tip, left)
  const others = [...replaced, ...joined]
  const all = [...pull.commits, ...others.flatMap(id => otherCommits.get(id) ?? [])]
  const own = new Map(all.filter(({ id }) => !left.has(id)).map(each => [each.id, each]))
  const isBrought = ({ id, parents }: PullRequestCommit): boolean =>
    left.has(parents[1] ?? '') || linkedTo([id], facts).some(({ merged }) => merged?.commit === id)
  const updates = new Set(
    [...own.values()].filter(each => isBrought(each) && isUpdate(each, facts)).map(({ id }) => id),
  )
  return {
    commits: [...own.values()].filter(({ id }) => !updates.has(id)),
    ids: [...own.keys()],
    lost: [
      ...replacedHeads(pull).filter(id => !ancestry.has(id)),
      ...others.filter(id => !left.has(id) && !own.has(id)),
    ],
    has: (tip, ids) => [...since(tip)].some(id => ids.has(id)),
    movedBy: ({ before: old, after, kind }) => {
      // GitHub gives no commit of a force push that it has forgotten.
      if (kind === 'forcePush' && (old === null || after === null)) return null
      if (after === null) return []
      if (!ancestry.has(after) || (old !== null && !ancestry.has(old))) return null
      const [older, newer] = [since(old), since(after)]
      return [...older, ...newer].filter(
        id => !(older.has(id) && newer.has(id)) && !updates.has(id),
      )
    },
  }
}

/** True if a squash or rebase into another branch made copies, which stay a part of that branch when the commits come elsewhere, too. */
export function isCopiedToBranch(
  { base, commits, merged }: PullRequest,
  { repository, ancestry }: ProofFacts,
): boolean {
  if (!merged?.commit || base === repository.defaultBranch) return false
  const isOwn = commits.some(({ id }) => id === merged.commit)
  return !isOwn && ancestry.get(merged.commit)?.parents.length === 1
}

/** Commits that the copies may be made of: those of the pull request, and those that a force push removed from it. */
function copiedCommits(pull: PullRequest, { ancestry }: ProofFacts): ReadonlySet<ObjectId> {
  const last = reachableFrom(ancestry, pull.head.commit)
  const older = replacedHeads(pull).flatMap(each => [...reachableFrom(ancestry, each)])
  return new Set([...pull.commits.map(({ id }) => id), ...older.filter(id => !last.has(id))])
}

/**
 * True if the commit came to the default branch until then by another pull request: GitHub merged it, or a push moved the branch to its head.
 * A squash and a rebase bring copies, not the commit.
 */
function wasProposed(
  id: ObjectId,
  { number }: PullRequest,
  until: Date,
  facts: ProofFacts,
): boolean {
  const { movedBy, repository } = facts
  const move = movedBy.get(id)
  const isByGithub = move !== undefined && isGithubMerge(move)
  return linkedTo([id], facts).some(
    ({ number: other, base, merged, head }) =>
      other !== number &&
      base === repository.defaultBranch &&
      merged !== null &&
      merged.commit !== null &&
      merged.at <= until &&
      (isByGithub ||
        (merged.commit === head.commit && (move?.after ?? merged.commit) === head.commit) ||
        (move === undefined && isMergedWith(id, merged.commit, facts))),
  )
}

/** True if GitHub made the merge, and the commit is it or came beside its first parent. For a merge before the first known move. */
function isMergedWith(
  id: ObjectId,
  merge: ObjectId,
  { ancestry, otherCommits }: ProofFacts,
): boolean {
  if (otherCommits.get(merge)?.isSignedByGitHub !== true) return false
  const [first, ...others] = ancestry.get(merge)?.parents ?? []
  const held = ancestorsOf(ancestry, first ?? null)
  return id === merge || others.some(each => reachableFrom(ancestry, each, held).has(id))
}

/**
 * True for a merge that GitHub made, of the base or of another pull request, if no file changed on both of its sides, and the merge took each
 * file from the side that changed it. Else a person may have resolved a conflict on GitHub. False if a commit or its files are gone.
 */
function isUpdate(
  { id, parents, isSignedByGitHub }: PullRequestCommit,
  facts: ProofFacts,
): boolean {
  const [own, other, ...more] = parents
  if (!isSignedByGitHub || own === undefined || other === undefined || more.length > 0) return false
  const bases = mergeBases(facts.ancestry, own, other)
  const brought = pathsBetween(other, id, facts)
  const changed = bases.map(base => pathsBetween(base, own, facts))
  const baseAt = mergedBases(bases, facts)
  if (bases.length === 0 || brought === null || changed.includes(null)) return false
  const blobAt = (commit: ObjectId, path: string): BlobAt => facts.fileAt({ commit, path })
  const isSame = (one: BlobAt, two: BlobAt): boolean => one !== GONE && one === two
  return [...brought, ...changed.flatMap(paths => paths ?? [])].every(path => {
    const [mine, theirs, base] = [blobAt(own, path), blobAt(other, path), baseAt(path)]
    const merged = blobAt(id, path)
    if (isSame(mine, theirs)) return isSame(merged, mine)
    return isSame(theirs, base)
      ? isSame(merged, mine)
      : isSame(mine, base) && isSame(merged, theirs)
  })
}

/** The paths that differ between two commits, with old names; null if GitHub does not list all. */
function pathsBetween(base: ObjectId, head: ObjectId, facts: ProofFacts): readonly string[] | null {
  const shown = facts.diffOf({ base, head })
  if (shown === null || shown.isCut) return null
  return shown.files.flatMap(({ path, previousPath }) =>
    previousPath === null ? [path] : [path, previousPath],
  )
}

/** The file that git merges against. Two bases are merged first, as git does; `GONE` if that is a conflict, or there are more. */
function mergedBases(
  bases: readonly ObjectId[],
  { ancestry, fileAt }: ProofFacts,
): (path: string) => BlobAt {
  const [one, two, ...more] = bases
  const [root, ...roots] =
    one === undefined || two === undefined ? [] : mergeBases(ancestry, one, two)
  return path => {
    if (one === undefined || more.length > 0) return GONE
    const first = fileAt({ commit: one, path })
    const second = two === undefined ? first : fileAt({ commit: two, path })
    if (first === second) return first
    const old = root === undefined || roots.length > 0 ? GONE : fileAt({ commit: root, path })
    if (old === GONE) return GONE
    if (old === first) return second
    return old === second ? first : GONE
  }
}
