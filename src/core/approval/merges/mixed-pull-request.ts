// Refusal of a pull request that changes requests and configuration together, since it would change the rules that judge it.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { POLICIES } from '../../../domain/request/policy.ts'
import { isDeciding } from '../configuration-places.ts'
import type { ProofFacts, FileOrigin } from '../proof-facts.ts'
import { mergeSourceOf } from './merge-source.ts'
import { wholeAlone } from './merged-range.ts'
import { mergeBases } from './branch-history.ts'

/** APPROVAL_MIXED if a pull request that brought the file also changed one of the configuration `places`; null if none did. */
export function mixedProblem(
  fileOrigin: FileOrigin,
  places: readonly string[],
  facts: ProofFacts,
): Problem | null {
  const { pullRequests } = mergeSourceOf(fileOrigin.landing, facts)
  const mixed = pullRequests.map(pull => mixedPullProblem(pull, fileOrigin, places, facts))
  return mixed.find(problem => problem !== null) ?? null
}

/**
 * The same for one pull request, merged or open. It changes a place if the place differs below it and where it landed, or at its head and
 * every merge base of it, unless the default branch below it has the head's state already. A commit that cannot be looked up differs.
 */
export function mixedPullProblem(
  pull: PullRequest,
  { path, blob, landing }: FileOrigin,
  places: readonly string[],
  facts: ProofFacts,
): Problem | null {
  const { commit: landed, before: below } = wholeAlone(landing, pull, facts)
  const head = pull.head.commit
  const bases = below === null ? [] : mergeBases(facts.ancestry, head, below)
  const changed = places.filter(place => {
    const [now, then] = [head, below].map(commit => stateAt(commit, place, facts))
    if (pull.merged !== null && stateAt(landed, place, facts) !== then) return true
    // Without a common history GitHub compares nothing, so the head changes what it has.
    const before = bases.length === 0 ? [null] : bases
    return now !== then && before.every(base => stateAt(base, place, facts) !== now)
  })
  if (changed.length === 0) return null
  const way =
    blob === null
      ? 'remove the file in one of them; if it is removed already, restore it first in another'
      : 'restore the approved version of the file in one, or remove it if it was new, and make the change in another'
  return unplaced(
    'APPROVAL_MIXED',
    `pull request #${pull.number} changes ${path} together with ${changed.join(', ')}`,
    `change requests and configuration in separate pull requests; ${way}`,
  )
}

/** The object at a place, or for the folder of policies the files that decide. Each commit that cannot be looked up has its own state. */
function stateAt(commit: ObjectId | null, place: string, facts: ProofFacts): string | null {
  if (commit === null) return null
  const found = facts.ancestry.get(commit)
  if (found === undefined) return `${GONE} ${commit}`
  const object = found.objects.get(place) ?? null
  if (object === null || place !== POLICIES) return object
  const kinds = facts.kindsIn(object, place)
  return kinds === null ? object : [...kinds].filter(([path]) => isDeciding(path)).join('\n')
}
