// The rights in the roles of apply, one by one and in words.
import { grouped } from '../../domain/lists.ts'
import type { Right } from '../../domain/cluster/grant-binding.ts'
import { applyRoles } from './apply-identity.ts'
import type { ApplyRights } from './apply-identity.ts'
import type { RbacRule } from './manifest-parts.ts'

/** Each right in the roles that apply has for this, without the guard. */
export function rightsInRoles(rights: ApplyRights): readonly Right[] {
  return applyRoles('', rights, []).flatMap(({ namespace, rules }) =>
    rules.flatMap(rule => rightsIn(rule, namespace)),
  )
}

function rightsIn(
  { apiGroups: [group], resources, resourceNames, verbs }: RbacRule,
  namespace: string | null,
): readonly Right[] {
  const within = namespace === null ? {} : { namespace }
  const places = (resourceNames ?? [null]).map(name => (name === null ? {} : { name }))
  return resources.flatMap(each => {
    const [resource = '', subresource] = each.split('/')
    const what = { group, resource, ...(subresource === undefined ? {} : { subresource }) }
    return places.flatMap(place => verbs.map(verb => ({ ...what, ...within, ...place, verb })))
  })
}

/** Rights that differ only in the verb. */
export function withoutVerb(right: Right): string {
  return JSON.stringify({ ...right, verb: '' })
}

/** `create, get secrets in apps; approve signers NAME`. The names of Secrets are left out. */
export function rightsWords(rights: readonly Right[]): string {
  const groups = grouped(rights.map(right => [withoutVerb(right), right])).values()
  const words = [...groups].map(group => {
    const [{ resource, subresource, namespace, name }] = group
    const verbs = group.map(({ verb }) => verb).join(', ')
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`
    if (namespace !== undefined) return `${verbs} ${whole} in ${namespace}`
    return name === undefined ? `${verbs} ${whole}` : `${verbs} ${whole} ${name}`
  })
  return [...new Set(words)].join('; ')
}
