// Refusal of a pull request that changes requests and configuration together, since it would change the rules that judge it.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, ObjectId } from '../../../domain/proof/git-history.ts'
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { GatheredFacts, FileOrigin } from '../proof-facts.ts'
import { mergeSourceOf } from './merge-source.ts'
import { mergeBases } from './branch-history.ts'

/** APPROVAL_MIXED if a pull request that brought the file also changed one of the configuration `places`; null if none did. */
export function isMixed(
  fileOrigin: FileOrigin,
  places: readonly string[],
  facts: GatheredFacts,
): Problem | null {
  for (const pull of mergeSourceOf(fileOrigin.landing, facts).pullRequests) {
    const mixed = mixedPull(pull, fileOrigin, places, facts)
    if (mixed !== null) return mixed
  }
  return null
}

/**
 * The same for one pull request, merged or open: its head is compared with its merge bases with the default branch before the landing.
 * A head that cannot be looked up counts as changed.
 */
export function mixedPull(
  { number, head }: PullRequest,
  { path, blob, landing }: FileOrigin,
  places: readonly string[],
  facts: GatheredFacts,
): Problem | null {
  const { before } = landing
  const bases = before === null ? [] : mergeBases(facts.ancestry, head.commit, before)
  const changed = places.filter(place => {
    const now = objectAt(head.commit, place, facts)
    if (bases.length === 0) return now !== null
    return bases.every(base => objectAt(base, place, facts) !== now)
  })
  if (changed.length === 0) return null
  const way =
    blob === null
      ? 'remove the file in one of them; if it is removed already, restore it first in another'
      : 'restore the approved version of the file in one, and make the change in another'
  return unplaced(
    'APPROVAL_MIXED',
    `pull request #${number} changes ${path} together with ${changed.join(', ')}`,
    `change requests and configuration in separate pull requests; ${way}`,
  )
}

/** `GONE`, which equals no object, for a commit that cannot be looked up. */
function objectAt(commit: ObjectId, place: string, { ancestry }: GatheredFacts): BlobAt {
  const found = ancestry.get(commit)
  return found === undefined ? GONE : (found.objects.get(place) ?? null)
}
