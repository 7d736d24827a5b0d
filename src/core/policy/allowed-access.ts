// Check of a request's access against the list of one policy: a role in a place that no entry allows is denied.
import type { Access, RoleInPlace } from '../../domain/request/access.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import type { AccessAllowance, Policy } from '../../domain/request/policy.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { PolicyCheck } from './allowed-request.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/** POLICY_ACCESS for each role in each place that no entry allows. */
export const accessIsAllowed: PolicyCheck = (policy, { request: { access, places } }) =>
  rolesInPlaces(access)
    .filter(role => !policy.access.some(entry => allows(entry, role)))
    .map(role => ({
      code: 'POLICY_ACCESS' as const,
      at: placeOf(places, `access[${access.findIndex(each => asksFor(each, role))}]`),
      message: `the policy "${policy.name}" does not allow the access ${roleInPlaceText(role)}`,
      hint: `it allows ${allowedText(policy)}`,
    }))

/** The roles of the request that an entry with `roleChanges: refuse` allows, in any of the policies. */
export function fixedRoles(policies: readonly Policy[], access: readonly Access[]): string[] {
  const entries = policies.flatMap(policy => policy.access)
  const fixing = entries.filter(({ roleChanges }) => roleChanges === 'refuse')
  const roles = rolesInPlaces(access).filter(role => fixing.some(entry => allows(entry, role)))
  return [...new Set(roles.map(({ clusterRole }) => clusterRole))]
}

function allows({ clusterRoles, namespaces }: AccessAllowance, role: RoleInPlace): boolean {
  if (!clusterRoles.includes(role.clusterRole)) return false
  if (namespaces === null || role.namespace === null) return namespaces === role.namespace
  return matchesAnyWildcard(namespaces, role.namespace)
}

function asksFor({ clusterRole, namespaces }: Access, role: RoleInPlace): boolean {
  const isThere =
    role.namespace === null ? namespaces === null : namespaces?.includes(role.namespace)
  return clusterRole === role.clusterRole && isThere === true
}

function allowedText({ access }: Policy): string {
  const entries = access.map(({ clusterRoles, namespaces }) => {
    const namespace = namespaces === null ? null : namespaces.join(', ')
    return roleInPlaceText({ clusterRole: clusterRoles.join(', '), namespace })
  })
  return entries.join('; ') || 'no access at all'
}
