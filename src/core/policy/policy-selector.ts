// Match of a policy's selector with a request: one of a file, or a pending CertificateSigningRequest.
import { isForPending } from '../../domain/request/policy.ts'
import type { Creator, PolicySelector } from '../../domain/request/policy.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/**
 * A sentence about the first member of the selector that does not match; null if the policy applies to the request. `creator`: of a
 * pending CertificateSigningRequest, absent for the request of a file. No policy applies to both kinds.
 */
export function selectorMismatch(
  selector: PolicySelector,
  { path, cluster, signerName }: EffectiveRequest,
  creator?: Creator,
): string | null {
  const { paths, clusters, signerNames, usernames, groups } = selector
  if (isForPending(selector) !== (creator !== undefined))
    return WRONG_KIND[creator ? 'file' : 'pending']
  if (paths !== null && !matchesAnyGlob(paths, path)) return sentence('paths', paths, path)
  if (clusters !== null && !clusters.includes(cluster)) {
    return sentence('clusters', clusters, cluster)
  }
  if (signerNames !== null && !matchesAnyWildcard(signerNames, signerName)) {
    return sentence('signerNames', signerNames, signerName)
  }
  const { username = '', groups: member = [] } = creator ?? {}
  if (usernames !== null && !matchesAnyWildcard(usernames, username)) {
    return sentence('usernames', usernames, username)
  }
  if (groups !== null && !member.some(group => matchesAnyWildcard(groups, group))) {
    return sentence('groups', groups, member.join(', '))
  }
  return null
}

const WRONG_KIND = {
  pending:
    'selector.usernames and selector.groups are for pending CertificateSigningRequests, not for request files',
  file: 'without selector.usernames and selector.groups it is for request files, not for pending CertificateSigningRequests',
} as const

function sentence(member: string, wanted: readonly string[], given: string): string {
  const shown = wanted.length > 3 ? [...wanted.slice(0, 3), '…'] : wanted
  return `selector.${member} ${shown.join(', ')} does not match ${given}`
}
