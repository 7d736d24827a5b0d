// Who contributed to a file since the last version that was proved and allowed by policy: also by changes that nobody approved.
import type { BranchMove } from '../domain/history.ts'
import type { PullRequest } from '../domain/pull-request.ts'
import { contributors, handsOf, isUnanswered, peopleIn } from './contributors.ts'
import type { Contributors, Found } from './contributors.ts'
import type { Landing, ProofFacts, Question, Trail } from './facts.ts'
import { broughtBy, isRewriting } from './landing.ts'

/** Who contributed since the last version that was proved and allowed: to this landing, and to those before it. */
export function contributorsSince(
  question: Pick<Question, 'background'> & Trail,
  pull: PullRequest,
  facts: ProofFacts,
  excused: ReadonlySet<number> = new Set(),
): Contributors {
  const own = contributors(question, pull, facts, excused)
  const earlier = since(question).flatMap(trail => landingContributors(trail, facts))
  const all = [own, ...earlier]
  return {
    people: new Map([...earlier, own].flatMap(({ people }) => [...people])),
    unattributed: all.find(({ unattributed }) => unattributed !== null)?.unattributed ?? null,
    hasUnknownPusher: all.some(({ hasUnknownPusher }) => hasUnknownPusher),
  }
}

/** The move that made it; the same commit may have come before. */
function moveOf({ commit, before }: Landing, facts: ProofFacts): BranchMove | null {
  const own = facts.moves?.findLast(move => move.after === commit && move.before === before)
  return own ?? facts.movedBy.get(commit) ?? null
}

/** Of bytes that are the last proved version again, nothing that came after that version is left. */
function since({ background, blob }: Pick<Question, 'background' | 'blob'>): readonly Trail[] {
  if (background === null) return []
  const { proved, since: landings } = background
  if (proved === null || proved.blob !== blob) return landings
  const own = landings.findIndex(({ landing }) => landing.commit === proved.commit)
  return own === -1 ? [] : landings.slice(own)
}

function landingContributors(trail: Trail, facts: ProofFacts): readonly Contributors[] {
  const { pullRequests } = broughtBy(trail.landing, facts)
  return pullRequests.length === 0
    ? [pushContributors(trail, facts)]
    : pullRequests.map(pull => contributors(trail, pull, facts))
}

/**
 * Of a change that was pushed to the default branch: who pushed it, and who wrote the commit. A merge hides its authors; who
 * moved the branch back to an older commit wrote nothing of it.
 */
function pushContributors({ landing }: Trail, facts: ProofFacts): Contributors {
  const short = landing.commit.slice(0, 7)
  const commit = facts.pushed.get(landing.commit)
  const by = moveOf(landing, facts)?.by ?? null
  const pushed: Found = {
    account: by,
    did: `pushed ${short} to ${facts.repository.defaultBranch}`,
    role: 'pushed',
  }
  const wrote = isRewriting(landing, facts)
    ? []
    : commit === undefined || commit.parents.length > 1
      ? [{ account: null, did: `wrote what came with ${short}`, role: 'wrote' } as const]
      : handsOf(commit, false)
  const found = [...wrote, pushed]
  return {
    people: peopleIn(found),
    unattributed:
      found.find(each => isUnanswered(each, by?.type === 'User', new Set()))?.did ?? null,
    hasUnknownPusher: by === null,
  }
}
