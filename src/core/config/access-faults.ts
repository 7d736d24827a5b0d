// Whether the access of a request can be granted at all: by its own key and its usages.
import type { Config } from '../../domain/request/config.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Pkcs10 } from '../../domain/cluster/certificate.ts'
import { claimedGrants, grantIn } from '../../lib/kubernetes/grants-in-subject.ts'
import { shown } from '../../lib/source/hidden-characters.ts'
import type { Filled } from './merge-defaults.ts'

/** REQUEST_ACCESS_OWN_KEY, REQUEST_ACCESS_USAGE; none if the request has no access. */
export function accessFaults(
  { spec, places }: Filled,
  clusters: readonly string[],
  { owner }: Config,
): readonly Problem[] {
  if (spec.access === null || spec.access.length === 0) return []
  const at = placeOf(places, 'access')
  const problems: Problem[] = []
  if (spec.request !== null) problems.push(...ownKeyFaults(spec.request, owner, at))
  if (spec.request !== null && clusters.length > 1)
    problems.push({
      code: 'REQUEST_ACCESS_OWN_KEY',
      at,
      message: `a PKCS#10 carries one grant, for one cluster: got ${clusters.join(', ')}`,
      hint: 'write a file with a request of its own for each cluster',
    })
  if (spec.usages !== null && !spec.usages.includes('client auth'))
    problems.push({
      code: 'REQUEST_ACCESS_USAGE',
      at,
      message: 'access is for certificates that log in, and "client auth" is not among the usages',
      hint: 'add it to usages, or remove access',
    })
  return problems
}

/** A PKCS#10 is signed, so the grant has to be in it. */
function ownKeyFaults({ subject }: Pkcs10, owner: string, at: Problem['at']): readonly Problem[] {
  const claimed = claimedGrants(subject)
  if (claimed.length === 1 && grantIn(subject, owner) !== null) return []
  const message =
    claimed.length === 0
      ? 'access needs a grant in the PKCS#10, and it has none'
      : `access needs one grant of ${owner} in the PKCS#10: got ${claimed.map(shown).join(', ')}`
  const hint = 'countersign new NAME --own-key --access ROLE@NAMESPACE writes such a request'
  return [{ code: 'REQUEST_ACCESS_OWN_KEY', at, message, hint }]
}
