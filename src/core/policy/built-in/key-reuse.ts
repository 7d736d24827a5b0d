// Refusal of one public key in two request files: its holder would have two identities, and losing it loses both certificates.
import { grouped } from '../../../domain/lists.ts'
import type { EffectiveRequest } from '../../../domain/request/request.ts'
import { placeOf } from '../../../domain/request/request.ts'
import type { BuiltInProblem } from './built-in-problem.ts'

/**
 * POLICY_KEY_REUSED for each request that shares its public key with another file; other requests are absent. Only the requesters' own
 * keys are compared, since countersign generates new ones. One file for several clusters does not count. An exception names the key by
 * its SHA-256.
 */
export function publicKeysUsedTwice(
  requests: readonly EffectiveRequest[],
): ReadonlyMap<EffectiveRequest, readonly BuiltInProblem[]> {
  const users = grouped(
    requests.flatMap(request =>
      request.key.kind === 'own' ? [[request.key.pkcs10.publicKey.sha256, request]] : [],
    ),
  )
  const problems = new Map<EffectiveRequest, readonly BuiltInProblem[]>()
  for (const [sha256, sharing] of users) {
    const paths = [...new Set(sharing.map(({ path }) => path))].sort()
    if (paths.length === 1) continue
    for (const request of sharing) {
      const others = sharing.filter(({ path }) => path !== request.path)
      problems.set(request, [reused(request, sha256, others)])
    }
  }
  return problems
}

function reused(
  { places, name }: EffectiveRequest,
  sha256: string,
  others: readonly EffectiveRequest[],
): BuiltInProblem {
  const paths = [...new Set(others.map(({ path }) => path))].sort()
  const shown = paths.length > 3 ? [...paths.slice(0, 3), '…'] : paths
  const isCopy = others.some(other => other.name === name)
  return {
    code: 'POLICY_KEY_REUSED',
    at: placeOf(places, 'request'),
    message: `the public key ${sha256.slice(0, 16)}… is in ${shown.join(', ')} too`,
    hint: isCopy
      ? 'one file is a copy of the other: remove it, or give it a name and a key of its own'
      : 'make a key for each request',
    value: sha256,
  }
}
