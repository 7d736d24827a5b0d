// What a pull request proposes: its commits. A merge that GitHub made is none, unless it may have changed a file.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { mergeBases, reachableFrom } from '../merges/branch-history.ts'
import type { ProofFacts } from '../proof-facts.ts'
import { joinedCommits } from './joined-commits.ts'
import { linkedTo } from './linked-pull-requests.ts'
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
  /** Whether a head has one of these commits. */
  readonly has: (head: ObjectId | null, ids: ReadonlySet<ObjectId>) => boolean
}

/** Gives what a pull request proposes. `before`: the state below its landing. `counts`: pull requests whose pushers are contributors. */
export function proposals(
  before: ObjectId | null,
  facts: ProofFacts,
  counts: (pull: PullRequest) => boolean = () => false,
): (pull: PullRequest) => Proposed {
  const held = before === null ? new Set<ObjectId>() : reachableFrom(facts.ancestry, before)
  const known = new Map<number, Commits>()
  const commitsOf = (pull: PullRequest): Commits => {
    const found = known.get(pull.number) ?? commitsBrought(pull, before, held, facts)
    known.set(pull.number, found)
    return found
  }
  return pull => {
    const { own, updates, movedBy, isPressed, has } = commitsOf(pull)
    const cameByPush = (id: ObjectId): boolean =>
      linkedTo([id], facts)
        .filter(each => each === pull || counts(each))
        .some(each => {
          const other = commitsOf(each)
          return each.pushes?.some(
            move => !other.isPressed(move) && other.movedBy(move)?.includes(id) === true,
          )
        })
    return {
      commits: [...own.values()].filter(({ id }) => !updates.has(id)),
      ids: [...own.keys()],
      lost: replacedHeads(pull).filter(id => !facts.ancestry.has(id)),
      has,
      // What "Update branch" brought is a part of the person who pressed it, unless another move brought it to a pull request that counts.
      movedBy: move => movedBy(move)?.filter(id => !isPressed(move) || !cameByPush(id)) ?? null,
    }
  }
}

interface Commits extends Pick<Proposed, 'movedBy' | 'has'> {
  readonly own: ReadonlyMap<ObjectId, PullRequestCommit>
  readonly updates: ReadonlySet<ObjectId>
  /** True for a move by which GitHub merged another branch into this one. */
  readonly isPressed: (move: BranchMove) => boolean
}

function commitsBrought(
  pull: PullRequest,
  before: ObjectId | null,
  held: ReadonlySet<ObjectId>,
  facts: ProofFacts,
): Commits {
  const { ancestry, otherCommits } = facts
  const joined = [...joinedCommits(pull, before, facts)].filter(id => !wasProposed(id, pull, facts))
  const left = joined.length === 0 ? held : new Set([...held].filter(id => !joined.includes(id)))
  const since = (tip: ObjectId | null): ReadonlySet<ObjectId> =>
    tip === null ? new Set() : reachableFrom(ancestry, tip, left)
  const others = [...replacedCommits(pull, before, facts), ...joined]
  const all = [...pull.commits, ...others.flatMap(id => otherCommits.get(id) ?? [])]
  const own = new Map(all.filter(({ id }) => !left.has(id)).map(each => [each.id, each]))
  const updates = new Set(
    [...own.values()].filter(each => isUpdate(each, facts)).map(({ id }) => id),
  )
  return {
    own,
    updates,
    has: (tip, ids) => [...since(tip)].some(id => ids.has(id)),
    isPressed: ({ before: old, after }) =>
      after !== null && updates.has(after) && own.get(after)?.parents[0] === old,
    movedBy: ({ before: old, after }) => {
      if (after === null) return []
      if (!ancestry.has(after)) return null
      const [older, newer] = [since(old), since(after)]
      return [...older, ...newer].filter(
        id => !(older.has(id) && newer.has(id)) && !updates.has(id),
      )
    },
  }
}

/** True if another pull request brought the commit to the default branch. */
function wasProposed(id: ObjectId, { number }: PullRequest, facts: ProofFacts): boolean {
  return linkedTo([id], facts).some(
    each =>
      each.number !== number &&
      each.merged !== null &&
      each.base === facts.repository.defaultBranch,
  )
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
