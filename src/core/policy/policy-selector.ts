// Match of a policy's selector with a request.
import type { PolicySelector } from '../../domain/request/policy.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/** A sentence about the first member of the selector that does not match; null if the policy applies to the request. */
export function selectorMismatch(
  { paths, clusters, signerNames }: PolicySelector,
  { path, cluster, signerName }: EffectiveRequest,
): string | null {
  if (paths !== null && !matchesAnyGlob(paths, path)) return sentence('paths', paths, path)
  if (clusters !== null && !clusters.includes(cluster)) {
    return sentence('clusters', clusters, cluster)
  }
  if (signerNames !== null && !matchesAnyWildcard(signerNames, signerName)) {
    return sentence('signerNames', signerNames, signerName)
  }
  return null
}

function sentence(member: string, wanted: readonly string[], given: string): string {
  const shown = wanted.length > 3 ? [...wanted.slice(0, 3), '…'] : wanted
  return `selector.${member} ${shown.join(', ')} does not match ${given}`
}
