// Contributors to the bytes of a file, who cannot approve it. Merging the base, or changing other files, is no contribution.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts, FileOrigin, ProvedVersion } from '../proof-facts.ts'
import { wholeLanding } from '../merges/merged-range.ts'
import type { RangeFacts } from '../merges/merged-range.ts'
import { changes, isChange, proposals } from './proposed-changes.ts'
import type { Proposed } from './proposed-changes.ts'
import { contributorsOf, linkedTo, openedAndPushed, peopleIn } from './pull-contributors.ts'
import { replacedCommits } from './replaced-commits.ts'
import type { Contributor, PullContributors } from './pull-contributors.ts'

export interface Contributors extends PullContributors {
  /** People of other pull requests with the same commits. They cannot approve either, and are no requesters. */
  readonly twins: ReadonlyMap<number, Contributor>
}

/**
 * Contributors to one landing that this pull request brought: its author, people of commits that changed the file, pushers of such
 * changes, and those that the record names for it. So are those of the pull requests that were merged into its branch. Of other pull
 * requests of the same commits only those count who opened or pushed them: anybody can write a name into a commit of their own.
 * `excused`: ids of bots whose change needs no person. `proved`: the version that the landing changed.
 */
export function contributors(
  { landing, ...file }: FileOrigin,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
  proved: ProvedVersion | null = null,
): Contributors {
  const origin = { ...file, landing: wholeLanding(landing, pull, facts) }
  const left = facts.left.get(`${pull.number} ${file.path}`) ?? []
  const outside = pathsOutside(origin, pull, facts).filter(path => !left.includes(path))
  // A force push may have moved the file: then the commits that it removed wrote it.
  const { before } = origin.landing
  const replaced = left.length === 0 ? [] : replacedCommits(pull, before, facts)
  const all = replaced.flatMap(id => facts.otherCommits.get(id) ?? [])
  const whole = { ...pull, commits: [...pull.commits, ...all] }
  const found = [
    changersOf(origin, { pull, proved, excused }, facts),
    ...outside.map(path =>
      changersOf(
        { ...origin, path },
        { pull, proved: null, excused },
        { ...facts, blobAt: facts.fileAt },
      ),
    ),
    ...left.map(path =>
      changersOf({ ...origin, path }, { pull: whole, proved: null, excused }, facts),
    ),
  ]
  return {
    people: new Map(found.toReversed().flatMap(({ people }) => [...people])),
    twins: new Map(found.flatMap(({ twins }) => [...twins])),
    unattributed: found.find(({ unattributed }) => unattributed !== null)?.unattributed ?? null,
    hasUnknownPusher: found.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** Paths outside of what is watched from which a later commit of the pull request moved the file, by GitHub's diff of that commit. */
function pathsOutside(
  { path }: FileOrigin,
  { commits }: PullRequest,
  { blobAt, shown, watched }: ProofFacts,
): readonly string[] {
  return commits.flatMap(({ id, parents: [base, ...others] }) => {
    const isFirst = !commits.some(each => each.id === base)
    if (base === undefined || others.length > 0 || isFirst) return []
    if (blobAt({ commit: id, path }) === null || blobAt({ commit: base, path }) !== null) return []
    const file = shown({ base, head: id })?.files.find(each => each.path === path)
    const from = file?.previousPath ?? path
    return from === path || watched.some(place => from.startsWith(`${place}/`)) ? [] : [from]
  })
}

interface Asked {
  readonly pull: PullRequest
  readonly proved: ProvedVersion | null
  readonly excused: ReadonlySet<number>
}

/** The same for one path that the file had in the pull request. */
function changersOf(
  origin: FileOrigin,
  { pull, proved, excused }: Asked,
  facts: ProofFacts,
): Contributors {
  const proposed = proposals(origin, facts, proved)
  const until = pull.merged?.at ?? facts.now
  const own = [...withMerged(pull, proposed, until, facts)]
  const made = own.map(each => contributorsOf(origin, each, proposed, facts, excused))
  const commits = [origin.landing.commit, ...own.flatMap(each => changingCommits(each, proposed))]
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

/** The pull request, and those that were merged into its branch until then with a change of the file. */
function withMerged(
  pull: PullRequest,
  proposed: Proposed,
  until: Date,
  facts: ProofFacts,
): ReadonlySet<PullRequest> {
  const found = new Set([pull])
  for (const each of found) {
    const commits = changesOf(each, proposed)
    const held = new Set([...each.commits.map(({ id }) => id), ...commits])
    for (const other of linkedTo(commits, facts))
      if (
        other.base !== facts.repository.defaultBranch &&
        other.merged !== null &&
        other.merged.at <= until &&
        held.has(other.merged.commit)
      )
        found.add(other)
  }
  return found
}

/** Commits that change the file, and those of pushes that do: other pull requests may hold them. */
export function relatedCommits(
  { landing, ...file }: FileOrigin,
  pull: PullRequest,
  facts: Pick<ProofFacts, 'blobAt'> & RangeFacts,
): readonly ObjectId[] {
  return changesOf(pull, proposals({ ...file, landing: wholeLanding(landing, pull, facts) }, facts))
}

function changesOf(pull: PullRequest, proposed: Proposed): readonly ObjectId[] {
  const pushes = (pull.pushes ?? []).filter(push => isChange(push, proposed))
  return [...changingCommits(pull, proposed), ...pushes.flatMap(({ after }) => after ?? [])]
}

function changingCommits({ commits }: PullRequest, proposed: Proposed): readonly ObjectId[] {
  return commits.filter(commit => changes(commit, proposed)).map(({ id }) => id)
}
