// Commits of a pull request that a force push removed.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { ancestorsOf, reachableFrom } from '../merges/branch-history.ts'
import type { ProofFacts } from '../proof-facts.ts'

/** Heads that a force push replaced, by pushes and by the timeline. Empty if there was none; may repeat a head. */
export function replacedHeads({ pushes, forcePushes }: PullRequest): readonly ObjectId[] {
  const forced = (pushes ?? []).filter(({ kind }) => kind === 'forcePush')
  return [...forced, ...forcePushes].flatMap(({ before }) => before ?? [])
}

/**
 * Commits that a force push removed from the pull request and that the default branch (`before`) did not have. Empty without a force
 * push; may repeat a commit.
 */
export function replacedCommits(
  pull: PullRequest,
  before: ObjectId | null,
  { ancestry }: Pick<ProofFacts, 'ancestry'>,
): readonly ObjectId[] {
  const heads = replacedHeads(pull)
  if (heads.length === 0) return []
  const held = ancestorsOf(ancestry, before)
  return heads.flatMap(head => [...reachableFrom(ancestry, head, held)])
}
