// The part of the default branch that one pull request brought: what the branch held below and on top of it.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison } from '../../../domain/proof/shown-diff.ts'
import type { GatheredFacts, Landing } from '../proof-facts.ts'
import { ancestorsOf, firstParentLine } from './branch-history.ts'

export type RangeFacts = Pick<
  GatheredFacts,
  'repository' | 'line' | 'linked' | 'movedBy' | 'ancestry' | 'pullRequests'
>

/**
 * The landing of the whole pull request: its last commit on the line, and the state below its first one. The same landing for an open
 * pull request, and for a merge that may have dropped a state beside the line.
 */
export function wholeLanding(
  { commit, before }: Landing,
  pull: Pick<PullRequest, 'number' | 'commits' | 'merged'>,
  facts: RangeFacts,
): Landing {
  const { line, movedBy } = facts
  const at = line.findIndex((id, index) => id === commit && (line[index + 1] ?? null) === before)
  if (at === -1) return { commit, before }
  const move = movedBy.get(commit)
  const run = new Set(rebasedCommits(pull, facts))
  const isOwn = (id: ObjectId | undefined): boolean =>
    id !== undefined &&
    movedBy.get(id) === move &&
    (id === pull.merged?.commit ||
      pull.commits.some(each => each.id === id) ||
      (run.has(id) && facts.linked.get(id)?.includes(pull.number) === true))
  const isChild = (index: number): boolean =>
    facts.ancestry.get(line[index] ?? '')?.parents[0] === line[index + 1]
  let [top, below] = [at, at + 1]
  while (isOwn(line[top - 1]) && isChild(top - 1)) top -= 1
  // What a lower pull request of a stack landed is a state of its own, also in one push.
  const isEnd = (id: ObjectId | undefined): boolean =>
    [...facts.pullRequests.values()].some(
      ({ number, base, merged }) =>
        number !== pull.number && base === facts.repository.defaultBranch && merged?.commit === id,
    )
  while (isOwn(line[below]) && isChild(below - 1) && !isEnd(line[below])) below += 1
  return { commit: line[top] ?? commit, before: line[below] ?? null }
}

/** The same without an end by another pull request: anybody can open one of the first commits. */
export function wholeAlone(
  landing: Landing,
  pull: Parameters<typeof wholeLanding>[1],
  facts: RangeFacts,
): Landing {
  return wholeLanding(landing, pull, { ...facts, pullRequests: new Map() })
}

/**
 * Commits of moves that changed the objects at two commits or more: some of these may be inside of a pull request. `line`: newest first.
 */
export function landedTogether(
  line: readonly ObjectId[],
  movedBy: RangeFacts['movedBy'],
  objectsAt: (commit: ObjectId | undefined) => string,
): readonly ObjectId[] {
  const changed = line.flatMap((id, at) =>
    objectsAt(id) === objectsAt(line[at + 1]) ? [] : [movedBy.get(id)],
  )
  return line.filter(id => {
    const move = movedBy.get(id)
    return move !== undefined && changed.indexOf(move) !== changed.lastIndexOf(move)
  })
}

/**
 * The line without the states inside of a pull request, which the branch never held: no move begins or ends there, and every pull request
 * of such a commit has its child too. The last commit of a lower pull request stays.
 */
export function heldStates({
  line,
  moves,
  linked,
}: Pick<GatheredFacts, 'line' | 'moves' | 'linked'>): readonly ObjectId[] {
  const tips = new Set((moves ?? []).flatMap(({ before, after }) => [before, after]))
  return line.filter((id, at) => {
    const child = line[at - 1] ?? ''
    const [own = [], next = []] = [id, child].map(each => linked.get(each))
    const isInside = own.length > 0 && own.every(number => next.includes(number))
    return !isInside || tips.has(id)
  })
}

/**
 * Commits that may have been made of those of the pull request by a rebase: as many, in a row down from its merge. GitHub links the
 * rebased ones to it. Empty if the merge is a commit of its own, or has several parents.
 */
export function rebasedCommits(
  { commits, merged }: Pick<PullRequest, 'commits' | 'merged'>,
  { ancestry }: Pick<RangeFacts, 'ancestry'>,
): readonly ObjectId[] {
  if (!merged?.commit || commits.some(({ id }) => id === merged.commit)) return []
  const run = firstParentLine(ancestry, merged.commit, null, commits.length)
  const end = run.findIndex(id => ancestry.get(id)?.parents.length !== 1)
  return end === -1 ? run : run.slice(0, end)
}

/** What differs between two commits. */
interface Comparisons {
  /** They have the same in all that is compared. */
  readonly isSame: (one: ObjectId, other: ObjectId | null) => boolean
  /** A request must not change together with what differs. */
  readonly isMixed: (one: ObjectId, other: ObjectId | null) => boolean
}

/**
 * The state below a stack of pull requests: those that the reviewed head contains, and the base does not. What a pull request of the stack
 * landed is what one of its commits in this head had, since an update of its branch changes no file. A step that changes nothing of what
 * is compared is no part of the stack. The diff has to show the whole file: as a changed one, it may show a line as unchanged that a lower
 * pull request took away. The search ends at a state that the branch never held.
 */
export function belowStack(
  { before }: Landing,
  { base, head }: Comparison,
  { isSame, isMixed }: Comparisons,
  facts: RangeFacts,
): ObjectId | null {
  const { line, ancestry, pullRequests } = facts
  const held = ancestorsOf(ancestry, head)
  const old = ancestorsOf(ancestry, base)
  let below = before
  // A force push may bring a state back, so the line may hold it twice: the search only goes down.
  for (let at = -1; below !== null && !old.has(below);) {
    const commit: ObjectId = below
    at = line.indexOf(commit, at + 1)
    if (at === -1) break
    const next = line[at + 1] ?? null
    const ended = [...pullRequests.values()].filter(({ merged }) => merged?.commit === commit)
    const [pull] = ended
    // A merge of which no pull request is known: its second parent is the head.
    const [first = null, second] = ancestry.get(commit)?.parents ?? []
    const merged = first === next && second !== undefined ? [second] : []
    const members =
      pull === undefined
        ? [merged]
        : ended.map(({ head, commits }) => [head.commit, ...commits.map(({ id }) => id)])
    const isMember = members.every(ids => ids.some(id => held.has(id) && isSame(id, commit)))
    const whole = { commit, before: next }
    const lower = pull === undefined ? next : wholeLanding(whole, pull, facts).before
    if (isMember && !isMixed(commit, lower)) below = lower
    else if (isSame(commit, next)) below = next
    else break
  }
  return below
}
