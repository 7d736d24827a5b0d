// Whether a rule of RBAC allows an action (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac, RuleAllows).
import type { Right, RoleRule } from '../../domain/cluster/grant-binding.ts'

/** Returns whether the rule allows the right. A rule for named objects allows no right on all objects. */
export function allowsRight(
  { verbs, apiGroups, resources, resourceNames }: RoleRule,
  { group, resource, subresource, verb, name }: Right,
): boolean {
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  return (
    includes(verbs, verb) &&
    includes(apiGroups, group) &&
    (includes(resources, whole) || resources.includes(`*/${subresource}`)) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)))
  )
}

function includes(list: readonly string[], item: string): boolean {
  return list.includes('*') || list.includes(item)
}
