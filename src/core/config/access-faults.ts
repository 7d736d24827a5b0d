// Whether the access of a request can be granted at all: by its own key, its usages, and the owner's name.
import type { Config } from '../../domain/request/config.ts'
import { LONGEST_OWNER } from '../../domain/cluster/grant.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Filled } from './merge-defaults.ts'

/** REQUEST_ACCESS_OWN_KEY, REQUEST_ACCESS_USAGE, REQUEST_ACCESS_OWNER; none if the request has no access. */
export function accessFaults({ spec, places }: Filled, { owner }: Config): readonly Problem[] {
  if (spec.access === null || spec.access.length === 0) return []
  const at = placeOf(places, 'access')
  const problems: Problem[] = []
  if (spec.request !== null)
    problems.push({
      code: 'REQUEST_ACCESS_OWN_KEY',
      at,
      message: 'access needs a key that countersign makes, and the request brings its own',
      hint: 'remove access, or remove request and name the names instead',
    })
  if (spec.usages !== null && !spec.usages.includes('client auth'))
    problems.push({
      code: 'REQUEST_ACCESS_USAGE',
      at,
      message: 'access is for certificates that log in, and "client auth" is not among the usages',
      hint: 'add it to usages, or remove access',
    })
  if (owner.length > LONGEST_OWNER)
    problems.push({
      code: 'REQUEST_ACCESS_OWNER',
      at,
      message: `the group that gives access is countersign:${owner}:… and has at most 64 characters, so the owner has at most ${LONGEST_OWNER}: got ${owner.length}`,
      hint: 'shorten metadata.name in countersign.yaml; records of the old name are not found any more',
    })
  return problems
}
