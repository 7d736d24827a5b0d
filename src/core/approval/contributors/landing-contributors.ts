// Contributors to a landing: everybody with a part in its pull request. They cannot approve any file of it.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { FileOrigin, ProofFacts } from '../proof-facts.ts'
import { wholeAlone } from '../merges/merged-range.ts'
import { isCopiedToBranch, proposals } from './proposed-changes.ts'
import { joinedCommits } from './joined-commits.ts'
import { linkedTo } from './linked-pull-requests.ts'
import { contributorsToPull, peopleIn } from './pull-contributors.ts'
import { openedAndPushed } from './pushers.ts'
import { replacedCommits } from './replaced-commits.ts'
import type { Contributor, PullContributors } from './pull-contributors.ts'

export interface Contributors extends PullContributors {
  /** People of other pull requests with the same commits. They cannot approve either, and are no requesters. */
  readonly otherPullPeople: ReadonlyMap<number, Contributor>
}

/**
 * Contributors to one landing that this pull request brought: its author, people of its commits, pushers, and those that the record names
 * for it. So are those of the pull requests that were merged into its branch. Of other pull requests of the same commit only those count
 * who opened or pushed them: anybody can write a name into a commit of their own. `excused`: ids of bots whose change needs no person.
 */
export function contributorsToLanding(
  { landing, recorded }: Pick<FileOrigin, 'landing' | 'recorded'>,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const { before } = wholeAlone(landing, pull, facts)
  const until = pull.merged?.at ?? facts.now
  const proposedBy = proposals(before, until, facts)
  const own = [...withMerged(pull, proposedBy, until, facts)]
  const made = own.map(each =>
    contributorsToPull(recordOf(recorded, pull, each), each, proposedBy(each), facts, excused),
  )
  const ids = new Set(own.flatMap(each => proposedBy(each).ids))
  const others = linkedTo([landing.commit, ...ids], facts)
    .filter(each => !own.includes(each) && isInto(facts.repository.defaultBranch, each, until))
    .flatMap(each => openedAndPushed(each, { proposed: proposedBy(each), ids, until }, facts))
  return {
    people: new Map(made.toReversed().flatMap(({ people }) => [...people])),
    otherPullPeople: peopleIn(others),
    unattributed: made.find(({ unattributed }) => unattributed !== null)?.unattributed ?? null,
    hasUnknownPusher: made.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** The record of a pull request covers those that were merged into it. */
function recordOf(
  recorded: FileOrigin['recorded'],
  { number }: PullRequest,
  merged: PullRequest,
): FileOrigin['recorded'] {
  if (recorded?.pullRequest.number !== number) return recorded
  return { ...recorded, pullRequest: { ...recorded.pullRequest, number: merged.number } }
}

/** True if the pull request was there then, with this branch as its base. In the second of a change, before and after both count. */
function isInto(
  branch: string,
  { base, baseChanges, createdAt }: PullRequest,
  then: Date,
): boolean {
  const next = [baseChanges.find(({ at }) => at > then), baseChanges.find(({ at }) => at >= then)]
  return createdAt <= then && next.some(change => (change?.from ?? base) === branch)
}

/** The pull request, and those that were merged into its branch until then. */
function withMerged(
  pull: PullRequest,
  proposedBy: ReturnType<typeof proposals>,
  until: Date,
  facts: ProofFacts,
): ReadonlySet<PullRequest> {
  const found = new Set([pull])
  for (const each of found) {
    const commits = new Set(proposedBy(each).ids)
    for (const other of linkedTo([...commits], facts))
      if (
        other.base !== facts.repository.defaultBranch &&
        other.merged !== null &&
        other.merged.at <= until &&
        // A force push may have removed the merge and kept its commits.
        (commits.has(other.merged.commit ?? '') || isIntoHead(other, each, facts)) &&
        // The merge of commits that the default branch has brings nothing; a rebase or squash made a copy of them.
        (other.isTooLarge || proposedBy(other).ids.length > 0 || isCopiedToBranch(other, facts))
      )
        found.add(other)
  }
  return found
}

function isIntoHead(
  { base }: PullRequest,
  { head }: PullRequest,
  { repository }: Pick<ProofFacts, 'repository'>,
): boolean {
  return base === head.branch && head.repositoryId === repository.id
}

/**
 * Commits of the pull request, also those that a force push removed or that were joined to the default branch: other pull requests may
 * hold them. `before`: below its landing.
 */
export function relatedCommits(
  pull: PullRequest,
  before: ObjectId | null,
  facts: Pick<ProofFacts, 'repository' | 'ancestry' | 'line' | 'moves'>,
): readonly ObjectId[] {
  return [
    ...pull.commits.map(({ id }) => id),
    ...replacedCommits(pull, before, facts),
    ...joinedCommits(pull, before, facts),
  ]
}
