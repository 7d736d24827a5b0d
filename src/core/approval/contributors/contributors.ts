// Contributors to the bytes of a file, who cannot approve it. Merging the base, or changing other files, is no contribution.
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts, FileOrigin } from '../proof-facts.ts'
import { isGithubMerge } from '../merges/merge-source.ts'
import { wholeLanding } from '../merges/merged-range.ts'
import type { RangeFacts } from '../merges/merged-range.ts'
import { changes, isChange, proposals } from './proposed-changes.ts'
import type { Proposed } from './proposed-changes.ts'
import {
  contributorsOf,
  linkedTo,
  mergedBy,
  openedAndPushed,
  peopleIn,
} from './pull-contributors.ts'
import type { Contributor, PullContributors } from './pull-contributors.ts'

export interface Contributors extends PullContributors {
  /** People of other pull requests with the same commits. They cannot approve either, and are no requesters. */
  readonly twins: ReadonlyMap<number, Contributor>
}

/**
 * Contributors to one landing that this pull request brought: its author, people of commits that changed the file, pushers of such
 * changes, and those that the record names for it. So are those of the pull requests that GitHub merged into it, in place of the person
 * who asked for that merge. Of other pull requests of the same commits only those count who opened or pushed them: anybody can write a
 * name into a commit of their own. `excused`: ids of bots whose change needs no person.
 */
export function contributors(
  { landing, ...file }: FileOrigin,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const fileOrigin = { ...file, landing: wholeLanding(landing, pull, facts) }
  const proposed = proposals(fileOrigin, facts)
  const until = pull.merged?.at ?? facts.now
  const own = [...withMerged(pull, proposed, facts)]
  const made = own.map(each => contributorsOf(fileOrigin, each, proposed, facts, excused))
  const commits = [landing.commit, ...own.flatMap(each => changingCommits(each, proposed))]
  const twins = linkedTo(commits, facts)
    .filter(({ base, createdAt }) => base === facts.repository.defaultBranch && createdAt <= until)
    .filter(each => !own.includes(each))
    .flatMap(each => openedAndPushed(each, proposed, until))
  return {
    people: new Map(made.toReversed().flatMap(({ people }) => [...people])),
    twins: peopleIn(twins),
    unattributed: made.find(({ unattributed }) => unattributed !== null)?.unattributed ?? null,
    hasUnknownPusher: made.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** The pull request, and those that GitHub merged into its branch with a change of the file. */
function withMerged(
  pull: PullRequest,
  proposed: Proposed,
  facts: ProofFacts,
): ReadonlySet<PullRequest> {
  const found = new Set([pull])
  for (const each of found)
    for (const merged of mergedInto(each, proposed, facts)) found.add(merged)
  return found
}

function mergedInto(
  pull: PullRequest,
  proposed: Proposed,
  facts: ProofFacts,
): readonly PullRequest[] {
  return changingMerges(pull, proposed).flatMap(merge => mergedBy(merge, facts))
}

/** Merges by GitHub into the branch of the pull request that changed the file. */
function changingMerges({ pushes }: PullRequest, proposed: Proposed): readonly BranchMove[] {
  return (pushes ?? []).filter(push => isGithubMerge(push) && isChange(push, proposed))
}

/** Commits that change the file, and those of pushes that do: other pull requests may hold them. */
export function relatedCommits(
  { landing, ...file }: FileOrigin,
  pull: PullRequest,
  facts: Pick<ProofFacts, 'blobAt'> & RangeFacts,
): readonly ObjectId[] {
  const proposed = proposals({ ...file, landing: wholeLanding(landing, pull, facts) }, facts)
  const merges = changingMerges(pull, proposed).flatMap(({ after }) => after ?? [])
  return [...changingCommits(pull, proposed), ...merges]
}

function changingCommits({ commits }: PullRequest, proposed: Proposed): readonly ObjectId[] {
  return commits.filter(commit => changes(commit, proposed)).map(({ id }) => id)
}
