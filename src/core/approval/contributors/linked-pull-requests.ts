// Pull requests that GitHub links to commits.
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { ProofFacts } from '../proof-facts.ts'

/** The pull requests that GitHub links to one of the commits. */
export function linkedTo(
  commits: readonly ObjectId[],
  { linked, pullRequests }: Pick<ProofFacts, 'linked' | 'pullRequests'>,
): readonly PullRequest[] {
  const numbers = new Set(commits.flatMap(id => linked.get(id) ?? []))
  return [...numbers].flatMap(number => pullRequests.get(number) ?? [])
}
