// Who pushed to the branch of a pull request.
import type { Account } from '../../../domain/proof/account.ts'
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts } from '../proof-facts.ts'
import { isGithubMerge } from '../merges/merge-source.ts'
import { linkedTo } from './linked-pull-requests.ts'
import type { ProposedChanges } from './proposed-changes.ts'

/** A part in a pull request. */
export interface Part {
  readonly account: Account | null
  readonly did: string
  readonly role: 'opened' | 'wrote' | 'coAuthor' | 'committed' | 'pushed'
}

/**
 * Accounts that pushed to the head branch; null if GitHub does not list all pushes. A merge by GitHub is a push only if the merged pull
 * request is not known. `isKnown`: a record names who pushed what GitHub no longer has.
 */
export function pushers(
  { pushes, head }: PullRequest,
  proposed: ProposedChanges,
  isKnown: boolean,
  facts: ProofFacts,
): readonly Part[] | null {
  const end = (pushes ?? []).findLastIndex(({ after }) => after === head.commit)
  const known = (pushes ?? []).slice(0, end + 1)
  if (!isWhole(known, proposed)) return null
  return pushedParts(known, proposed, isKnown, facts)
}

/** Who pushed by what GitHub does say, if it does not list all pushes: those that it lists, and each force push until the merge. */
export function knownPushers(
  pull: PullRequest,
  proposed: ProposedChanges,
  isKnown: boolean,
  facts: ProofFacts,
): readonly Part[] {
  const moves = [...(pull.pushes ?? []), ...forcedMoves(pull)]
  const done = moves.filter(({ at }) => pull.merged === null || at <= pull.merged.at)
  return pushedParts(done, proposed, isKnown, facts)
}

function pushedParts(
  moves: readonly BranchMove[],
  proposed: ProposedChanges,
  isKnown: boolean,
  facts: ProofFacts,
): readonly Part[] {
  return moves
    .filter(push => isPart(push, proposed) && !isButton(push, facts))
    .filter(push => !isKnown || proposed.movedBy(push) !== null)
    .map(pushedBy)
}

/** Force pushes of the timeline, which GitHub lists for forks, too. */
function forcedMoves({ forcePushes }: PullRequest): readonly BranchMove[] {
  return forcePushes.map(each => ({ ...each, kind: 'forcePush' }))
}

function isPart(move: BranchMove, proposed: ProposedChanges): boolean {
  return proposed.movedBy(move)?.length !== 0
}

/** True if each push follows the one before it, from the base or a new branch up to the merged head. */
function isWhole(pushes: readonly BranchMove[], proposed: ProposedChanges): boolean {
  const [first] = pushes
  if (first === undefined) return false
  if (pushes.some(({ before }, at) => at > 0 && before !== pushes[at - 1]?.after)) return false
  return !isPart({ ...first, kind: 'push', before: null, after: first.before }, proposed)
}

/**
 * Who opened another pull request that had one of these commits then, and who pushed them to it: no commit can forge this. Empty if it got
 * them later.
 */
export function openedAndPushed(
  pull: PullRequest,
  asked: {
    readonly proposed: ProposedChanges
    readonly ids: ReadonlySet<ObjectId>
    readonly until: Date
  },
  facts: ProofFacts,
): readonly Part[] {
  const { author, number, pushes } = pull
  const known = pushes?.filter(({ at }) => at <= asked.until) ?? null
  const forced = forcedMoves(pull).filter(({ at }) => at <= asked.until)
  const moved = (known ?? forced).filter(
    push => asked.proposed.movedBy(push)?.some(id => asked.ids.has(id)) ?? true,
  )
  const opened: Part = { account: author, did: `opened pull request #${number}`, role: 'opened' }
  if (known === null) return [opened, ...moved.map(pushedBy)]
  // In the second of the merge, each head of that second and the one before it count.
  const last = known.findLast(({ at }) => at < asked.until)
  const then = known.filter(({ at }) => at.getTime() === asked.until.getTime())
  if (![last, ...then].some(push => asked.proposed.has(push?.after ?? null, asked.ids))) return []
  return [opened, ...moved.filter(push => !isButton(push, facts)).map(pushedBy)]
}

/** A merge by GitHub of a pull request that is known: its people count, and nobody pushed. */
function isButton(push: BranchMove, facts: ProofFacts): boolean {
  return isGithubMerge(push) && mergedBy(push, facts).length > 0
}

function pushedBy({ by, after }: BranchMove): Part {
  return { account: by, did: `pushed ${(after ?? '').slice(0, 7)}`, role: 'pushed' }
}

/** The pull request that GitHub merged with this move; empty if GitHub does not say. */
function mergedBy({ after }: BranchMove, facts: ProofFacts): readonly PullRequest[] {
  return linkedTo(after === null ? [] : [after], facts).filter(
    ({ merged }) => merged?.commit === after,
  )
}
