// Who contributed to a file since the last version that was proved and allowed by policy: also by changes that nobody approved.
import type { Account } from '../domain/account.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import { contributors, handsOf, isUnanswered, peopleIn } from './contributors.ts'
import type { Contributors, Found } from './contributors.ts'
import type { Landing, ProofFacts, Question, Trail } from './facts.ts'
import { broughtBy } from './landing.ts'

/** Who contributed since the last version that was proved and allowed: to this landing, and to those before it. */
export function contributorsSince(
  question: Pick<Question, 'background'> & Trail,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const own = contributors(question, pull, facts, excused)
  const earlier = landingsSince(question).flatMap(trail =>
    landingContributors(trail, facts, excused),
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
function recordedReason({ earlier }: Trail, { number }: PullRequest): string | null {
  return earlier?.pullRequest.number === number ? earlier.unattributed : null
}

/** Of bytes that are the last proved version again, nothing that came after that version is left. */
function landingsSince({
  background,
  blob,
}: Pick<Question, 'background' | 'blob'>): readonly Trail[] {
  if (background === null) return []
  const { proved, since } = background
  if (proved === null || proved.blob !== blob) return since
  const own = since.findIndex(({ landing }) => landing.commit === proved.commit)
  return own === -1 ? [] : since.slice(own)
}

function landingContributors(
  trail: Trail,
  facts: ProofFacts,
  excused: ReadonlySet<number>,
): readonly Contributors[] {
  const { pullRequests, move } = broughtBy(trail.landing, facts)
  const isMergedByGithub =
    move?.kind === 'pullRequestMerge' ||
    move?.kind === 'mergeQueueMerge' ||
    facts.otherCommits.get(trail.landing.commit)?.isSignedByGitHub === true
  return [
    ...pullRequests.map(pull =>
      pull.isTooLarge ? unlisted(pull) : contributors(trail, pull, facts, excused),
    ),
    // A merge that somebody pushed may hold bytes of their own.
    ...(pullRequests.length > 0 && isMergedByGithub
      ? []
      : [pushContributors(trail, pullRequests.length > 0, facts)]),
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
function pushContributors(trail: Trail, isMerge: boolean, facts: ProofFacts): Contributors {
  const { landing } = trail
  const { commit: id } = landing
  const short = id.slice(0, 7)
  const did = `pushed ${short} to ${facts.repository.defaultBranch}`
  const pushed = pushersOf(landing, facts).map((account): Found => {
    return { account, did, role: 'pushed' }
  })
  const found = [...madeBy(trail, isMerge, facts), ...pushed]
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
function madeBy({ landing, path }: Trail, isMerge: boolean, facts: ProofFacts): readonly Found[] {
  const { commit: id, before } = landing
  const { line, blobAt } = facts
  const first = line.findLastIndex((each, at) => each === id && (line[at + 1] ?? null) === before)
  if (first !== -1 && first < line.lastIndexOf(id)) return []
  const commit = facts.otherCommits.get(id)
  const did = `wrote what came with ${id.slice(0, 7)}`
  const unknown: Found = { account: null, did, role: 'wrote' }
  if (commit === undefined) return [unknown]
  const blob = blobAt({ commit: id, path })
  const isTaken = commit.parents.some(parent => blobAt({ commit: parent, path }) === blob)
  return isTaken && !isMerge ? [...handsOf(commit), unknown] : handsOf(commit)
}

/** Who moved the branch there from where it was: several where that was done more than once. */
function pushersOf({ commit, before }: Landing, facts: ProofFacts): readonly (Account | null)[] {
  const own = (facts.moves ?? []).filter(move => move.after === commit && move.before === before)
  return own.length > 0 ? own.map(({ by }) => by) : [facts.movedBy.get(commit)?.by ?? null]
}
