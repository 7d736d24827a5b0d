// Contributors to a file since its last version that was proved and allowed by policy, including those of unapproved changes.
import type { Account } from '../../../domain/proof/account.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { ancestorsOf, reachableFrom } from '../merges/branch-history.ts'
import { contributorsToLanding } from './landing-contributors.ts'
import { peopleOfCommit, isUnanswered, peopleIn } from './pull-contributors.ts'
import type { Contributors } from './landing-contributors.ts'
import type { Part } from './pushers.ts'
import type { Landing, ProofFacts, Question, FileOrigin } from '../proof-facts.ts'
import {
  mergeSourceOf,
  isGithubMerge,
  isMergedByGithub,
  wasHeldBefore,
  movesTo,
} from '../merges/merge-source.ts'

/**
 * Contributors to this landing of the file, and to each landing since its last version that was proved and allowed. `unattributed`
 * is a part without a known person, in words, or null; it is also set if earlier versions were not all read. `excused`: ids of bots
 * that need no person.
 */
export function contributorsSince(
  question: Pick<Question, 'background'> & FileOrigin,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const own = contributorsToLanding(question, pull, facts, excused)
  const earlier = landingsSince(question).flatMap(each => earlierContributors(each, facts, excused))
  const all = [own, ...earlier]
  return {
    people: new Map([...earlier, own].flatMap(({ people }) => [...people])),
    otherPullPeople: new Map(all.flatMap(({ otherPullPeople }) => [...otherPullPeople])),
    unattributed:
      all.find(({ unattributed }) => unattributed !== null)?.unattributed ??
      recordedReason(question, pull) ??
      (question.background.isCut === true ? 'made one of many earlier changes' : null),
    hasUnknownPusher: all.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** A renewal needs as many approvals as the issue. The evidence has the reason, since earlier landings are not examined again. */
function recordedReason({ recorded }: FileOrigin, { number }: PullRequest): string | null {
  return recorded?.pullRequest.number === number ? recorded.unattributed : null
}

/** If the bytes of the last proved version came back, the landings in between no longer matter. */
function landingsSince({
  background,
  blob,
}: Pick<Question, 'background' | 'blob'>): readonly FileOrigin[] {
  const { proved, since, upToProved = [] } = background
  if (proved === null) return since
  const back = proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)
  return back === -1 ? since : [...since.slice(0, back), ...upToProved]
}

function earlierContributors(
  fileOrigin: FileOrigin,
  facts: ProofFacts,
  excused: ReadonlySet<number>,
): readonly Contributors[] {
  const { landing } = fileOrigin
  const { pullRequests } = mergeSourceOf(landing, facts)
  const isOfPull = pullRequests.length > 0
  const isSigned = facts.otherCommits.get(landing.commit)?.isSignedByGitHub === true
  const isMerged =
    isMergedByGithub(landing, facts) ||
    (isOfPull && isSigned && movesTo(landing, facts).length === 0)
  return [
    ...pullRequests.map(pull => contributorsToLanding(fileOrigin, pull, facts, excused)),
    // A merge that a person pushed may contain bytes of that person.
    ...(isMerged ? [] : [pushContributors(fileOrigin, isOfPull, facts)]),
  ]
}

/** For a change that was pushed to the default branch: its pusher, and who made the commit. */
function pushContributors(
  fileOrigin: FileOrigin,
  isOfPull: boolean,
  facts: ProofFacts,
): Contributors {
  const { landing } = fileOrigin
  const { commit: id } = landing
  const short = id.slice(0, 7)
  const did = `pushed ${short} to ${facts.repository.defaultBranch}`
  const pushed = pushersOf(landing, isOfPull, facts).map((account): Part => {
    return { account, did, role: 'pushed' }
  })
  const found = [...madeBy(fileOrigin, isOfPull, facts), ...pushed]
  const byPeople = pushed.every(({ account }) => account?.type === 'User')
  const answers = { byPeople, byBot: false, excused: new Set<number>() }
  return {
    people: peopleIn(found),
    otherPullPeople: new Map(),
    unattributed: found.find(each => isUnanswered(each, answers))?.did ?? null,
    hasUnknownPusher: pushed.some(({ account }) => account === null),
  }
}

/**
 * People of the pushed commit, and of those that a pushed merge brought. Empty if the branch held the commit before: moving the branch back
 * writes nothing, and its people are counted with its first landing. If a parent has the same file, the bytes came with commits that are not examined, so an unknown
 * author is added; for the merge of a pull request those commits are counted with the pull request.
 */
function madeBy(
  { landing, path }: FileOrigin,
  isOfPull: boolean,
  facts: ProofFacts,
): readonly Part[] {
  const { commit: id } = landing
  const { blobAt } = facts
  if (wasHeldBefore(landing, facts)) return []
  const commit = facts.otherCommits.get(id)
  const did = `wrote what came with ${id.slice(0, 7)}`
  const unknown: Part = { account: null, did, role: 'wrote' }
  if (commit === undefined) return [unknown]
  const blob = blobAt({ commit: id, path })
  const isTaken = commit.parents.some(parent => blobAt({ commit: parent, path }) === blob)
  const { pullRequests } = mergeSourceOf(landing, facts)
  const listed = new Set(pullRequests.flatMap(({ commits }) => commits.map(each => each.id)))
  const others = pushedWith(landing, facts).filter(each => !listed.has(each))
  const people = others.flatMap(each => {
    const other = facts.otherCommits.get(each)
    return other === undefined ? [unknown] : peopleOfCommit(other)
  })
  return [...peopleOfCommit(commit), ...people, ...(isTaken && !isOfPull ? [unknown] : [])]
}

/** Other commits that a pushed merge brought. */
export function pushedWith(
  { commit, before }: Landing,
  { ancestry }: Pick<ProofFacts, 'ancestry'>,
): readonly ObjectId[] {
  const brought = reachableFrom(ancestry, commit, ancestorsOf(ancestry, before))
  return [...brought].filter(id => id !== commit)
}

/** Accounts that pushed the landing, null for one that GitHub does not name. A merge by GitHub is not a push. */
function pushersOf(
  landing: Landing,
  isOfPull: boolean,
  facts: ProofFacts,
): readonly (Account | null)[] {
  const moves = movesTo(landing, facts)
  if (moves.length === 0) return [null]
  return moves.filter(move => !isOfPull || !isGithubMerge(move)).map(({ by }) => by)
}
