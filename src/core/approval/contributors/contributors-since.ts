// Who contributed to a file since the last version that was proved and allowed by policy: also by changes that nobody approved.
import type { Account } from '../../../domain/proof/account.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { contributors, peopleOfCommit, isUnanswered, peopleIn } from './contributors.ts'
import type { Contributors, Found } from './contributors.ts'
import type { Landing, ProofFacts, Question, FileOrigin } from '../proof-facts.ts'
import {
  mergeSourceOf,
  isGithubMerge,
  isMergedByGithub,
  wasHeldBefore,
  movesTo,
} from '../merges/merge-source.ts'

/** Who contributed since the last version that was proved and allowed: to this landing, and to those before it. */
export function contributorsSince(
  question: Pick<Question, 'background'> & FileOrigin,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const own = contributors(question, pull, facts, excused)
  const earlier = landingsSince(question).flatMap(fileOrigin =>
    landingContributors(fileOrigin, facts, excused),
  )
  const all = [own, ...earlier]
  return {
    people: new Map([...earlier, own].flatMap(({ people }) => [...people])),
    unattributed:
      all.find(({ unattributed }) => unattributed !== null)?.unattributed ??
      recordedReason(question, pull) ??
      (question.background?.isCut === true ? 'made one of many earlier changes' : null),
    hasUnknownPusher: all.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** A renewal needs as many as the issue: what came before is in the evidence, and is not looked at again. */
function recordedReason({ earlier }: FileOrigin, { number }: PullRequest): string | null {
  return earlier?.pullRequest.number === number ? earlier.unattributed : null
}

/** Where the bytes of the last proved version came back, nothing is left of what came between. */
function landingsSince({
  background,
  blob,
}: Pick<Question, 'background' | 'blob'>): readonly FileOrigin[] {
  if (background === null) return []
  const { proved, since, upToProved = [] } = background
  if (proved === null) return since
  const back = proved.blob === blob ? 0 : since.findIndex(each => each.blob === proved.blob)
  return back === -1 ? since : [...since.slice(0, back), ...upToProved]
}

function landingContributors(
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
    ...pullRequests.map(pull =>
      pull.isTooLarge ? unlisted(pull) : contributors(fileOrigin, pull, facts, excused),
    ),
    // A merge that somebody pushed may hold bytes of their own.
    ...(isMerged ? [] : [pushContributors(fileOrigin, isOfPull, facts)]),
  ]
}

/** GitHub lists neither commits nor files of it. */
function unlisted({ number, author }: PullRequest): Contributors {
  const opened: Found = { account: author, did: `opened pull request #${number}`, role: 'opened' }
  return {
    people: peopleIn([opened]),
    unattributed: `wrote what came with #${number}, which is too large to be listed`,
    hasUnknownPusher: false,
  }
}

/** Of a change that was pushed to the default branch: who pushed it, and who made the commit. */
function pushContributors(
  fileOrigin: FileOrigin,
  isOfPull: boolean,
  facts: ProofFacts,
): Contributors {
  const { landing } = fileOrigin
  const { commit: id } = landing
  const short = id.slice(0, 7)
  const did = `pushed ${short} to ${facts.repository.defaultBranch}`
  const pushed = pushersOf(landing, isOfPull, facts).map((account): Found => {
    return { account, did, role: 'pushed' }
  })
  const found = [...madeBy(fileOrigin, isOfPull, facts), ...pushed]
  const byPeople = pushed.every(({ account }) => account?.type === 'User')
  const answers = { byPeople, byBot: false, excused: new Set<number>() }
  return {
    people: peopleIn(found),
    unattributed: found.find(each => isUnanswered(each, answers))?.did ?? null,
    hasUnknownPusher: pushed.some(({ account }) => account === null),
  }
}

/**
 * Who moved the branch back to a commit that it held before wrote nothing of it: who did is counted with the commit's first landing.
 * Where the commit has the file of one of its parents, it came with commits that are not looked at, so nobody is known who wrote it;
 * those of a pull request's merge are counted with that.
 */
function madeBy(
  { landing, path }: FileOrigin,
  isOfPull: boolean,
  facts: ProofFacts,
): readonly Found[] {
  const { commit: id } = landing
  const { blobAt } = facts
  if (wasHeldBefore(landing, facts)) return []
  const commit = facts.otherCommits.get(id)
  const did = `wrote what came with ${id.slice(0, 7)}`
  const unknown: Found = { account: null, did, role: 'wrote' }
  if (commit === undefined) return [unknown]
  const blob = blobAt({ commit: id, path })
  const isTaken = commit.parents.some(parent => blobAt({ commit: parent, path }) === blob)
  return isTaken && !isOfPull ? [...peopleOfCommit(commit), unknown] : peopleOfCommit(commit)
}

/** Null where GitHub does not say who. Whose pull request GitHub merged wrote nothing by that. */
function pushersOf(
  landing: Landing,
  isOfPull: boolean,
  facts: ProofFacts,
): readonly (Account | null)[] {
  const moves = movesTo(landing, facts)
  if (moves.length === 0) return [null]
  return moves.filter(move => !isOfPull || !isGithubMerge(move)).map(({ by }) => by)
}
