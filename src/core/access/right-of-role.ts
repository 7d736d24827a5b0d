// One right that a role gives in a place, to ask an API server whether the role is bound (SelfSubjectAccessReview).
import type { RoleInPlace } from '../../domain/request/access.ts'
import type { Right, RoleRule } from '../../domain/cluster/grant-binding.ts'

/** Null if the role has rules for URLs only. */
export function rightOfRole(rules: readonly RoleRule[], place: RoleInPlace): Right | null {
  for (const { verbs, apiGroups, resources, resourceNames } of rules) {
    const [verb, group, named, name] = [verbs[0], apiGroups[0], resources[0], resourceNames[0]]
    if (verb === undefined || group === undefined || named === undefined) continue
    const [resource = named, subresource] = named.split('/')
    return {
      group,
      resource,
      verb,
      ...(subresource === undefined ? {} : { subresource }),
      ...(name === undefined ? {} : { name }),
      ...(place.namespace === null ? {} : { namespace: place.namespace }),
    }
  }
  return null
}
