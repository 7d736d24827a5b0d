// The guard's policy for RoleBindings and ClusterRoleBindings: only the apply identity binds roles to grants, and nothing else.
import {
  ID_LENGTH,
  grantPattern,
  grantPrefix,
  liveAccountPattern,
  liveAccountPrefix,
  liveRole,
} from '../../domain/cluster/grant.ts'
import { REVOKER_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { isApply, celIsSubject, celList, mapOf, celString, userName } from './guard-cel.ts'
import { guardPolicy, hasGrants, refuseUnless, resourceRule } from './guard-policy.ts'
import type { GuardPolicy } from './guard-policy.ts'

/** A list in the object, empty if there is none. */
function listOf(
  object: 'object' | 'oldObject',
  field: 'subjects' | 'metadata.finalizers' | 'metadata.ownerReferences',
): string {
  return `${object} != null && has(${object}.${field}) ? ${object}.${field} : []`
}

function isSame(field: 'labels' | 'annotations'): string {
  return `(${mapOf('object', field)}) == (${mapOf('oldObject', field)})`
}

/** Whether a policy allows the role in the place of the binding. A pattern for namespaces counts as every namespace. */
function isAllowedRole({ accessPlaces }: Installation): string {
  const rolesWhere = (is: (namespaces: readonly string[] | null) => boolean): readonly string[] => [
    ...new Set(
      accessPlaces.flatMap(each => (is(each.namespaces) ? each.clusterRoles : [])).toSorted(),
    ),
  ]
  const isPattern = (each: string): boolean => each.includes('*')
  const wide = rolesWhere(namespaces => namespaces === null)
  const anywhere = rolesWhere(namespaces => namespaces?.some(isPattern) === true)
  const exact = rolesWhere(namespaces => namespaces !== null).filter(
    role => !anywhere.includes(role),
  )
  const placesOf = (role: string): readonly string[] =>
    accessPlaces.flatMap(({ clusterRoles, namespaces }) =>
      clusterRoles.includes(role) ? (namespaces ?? []) : [],
    )
  const map = exact.map(
    role => `${celString(role)}: ${celList([...new Set(placesOf(role))].toSorted())}`,
  )
  const isThere = `(variables.role in {${map.join(', ')}} && request.namespace in {${map.join(', ')}}[variables.role])`
  const within = `variables.role in ${celList(anywhere)}${exact.length === 0 ? '' : ` || ${isThere}`}`
  return `request.resource.resource == 'clusterrolebindings' ? variables.role in ${celList(wide)} : (${within})`
}

/** Taking access away is left to everybody with the right: deletions by others, and subjects that become none. */
export function bindingsPolicy(installation: Installation): readonly GuardPolicy[] {
  const { subject, owner, cluster } = installation
  if (!hasGrants(installation)) return []
  const [prefix, grant] = [celString(grantPrefix(owner)), grantPattern(owner)]
  const namespace = celString(cluster.recordNamespace)
  const [accountPrefix, account] = [liveAccountPrefix(owner), liveAccountPattern(owner)]
  // In a RoleBinding, an account without a namespace is one of the binding's.
  const isOurs = `s.kind == 'ServiceAccount' && (has(s.namespace) ? s.namespace : request.namespace) == ${namespace} && s.name.startsWith(${celString(accountPrefix)})`
  const user = (name: string): string =>
    userName({ kind: 'ServiceAccount', namespace: cluster.recordNamespace, name })
  // The accounts that the guard of writes asks about are subjects of a grant, too, also as users of that name.
  const grants = (list: string): string =>
    `variables.${list}.filter(s, (s.kind == 'Group' && s.name.startsWith(${prefix})) || (${isOurs} && s.name.matches(${celString(`^${account}$`)})) || (s.kind == 'User' && s.name.startsWith(${celString(user(accountPrefix))}) && s.name.matches(${celString(`^${user(account)}$`)})))`
  // The binding that makes the grant in its name live.
  const isLive = `object != null && request.resource.resource == 'rolebindings' && request.namespace == ${namespace} && object.roleRef.kind == 'ClusterRole' && variables.role == '${liveRole(owner)}' && variables.subjects.all(s, ${isOurs} && variables.name == ${prefix} + s.name.substring(${accountPrefix.length}) + ${celString(`:${liveRole(owner)}`)})`
  const isAllowedAnyway = "variables.isApply || request.operation == 'DELETE'"
  const isTakenAway =
    "request.operation == 'DELETE' || (request.operation == 'UPDATE' && variables.subjects.size() == 0)"
  const revoker = ownAccount(cluster, REVOKER_ACCOUNT)
  return [
    guardPolicy(installation, 'bindings', {
      resourceRules: [
        resourceRule(
          'rbac.authorization.k8s.io',
          ['rolebindings', 'clusterrolebindings'],
          ['CREATE', 'UPDATE', 'DELETE'],
        ),
      ],
      variables: {
        isApply: isApply(subject),
        name: 'object != null ? object.metadata.name : oldObject.metadata.name',
        isNamed: `variables.name.startsWith(${prefix})`,
        subjects: listOf('object', 'subjects'),
        oldSubjects: listOf('oldObject', 'subjects'),
        role: "object != null ? object.roleRef.name : ''",
        isLive,
        grants: grants('subjects'),
        oldGrants: grants('oldSubjects'),
        finalizers: listOf('object', 'metadata.finalizers'),
        oldFinalizers: listOf('oldObject', 'metadata.finalizers'),
        owners: listOf('object', 'metadata.ownerReferences'),
        oldOwners: listOf('oldObject', 'metadata.ownerReferences'),
        // What garbage collection does: owners and finalizers become fewer, and all else is equal.
        isReleased: `request.operation == 'UPDATE' && variables.subjects == variables.oldSubjects && ${isSame('labels')} && ${isSame('annotations')} && variables.owners.size() <= 20 && variables.owners.all(o, variables.oldOwners.exists(p, p.uid == o.uid)) && variables.finalizers.all(f, f in variables.oldFinalizers)`,
      },
      validations: [
        refuseUnless(
          `!variables.isApply || variables.name.matches(${celString(`^${grant}:.+$`)})`,
          `countersign (${owner}) makes and deletes bindings of its own grants only`,
        ),
        refuseUnless(
          `!variables.isApply || ${isTakenAway} || variables.isReleased || variables.isLive || (object.roleRef.kind == 'ClusterRole' && (${isAllowedRole(installation)}))`,
          'no policy of countersign allows this role as access there',
        ),
        refuseUnless(
          `!variables.isApply || ${isTakenAway} || variables.isReleased || (variables.name.endsWith(':' + object.roleRef.name) && variables.name.size() == ${grantPrefix(owner).length + ID_LENGTH + 1} + object.roleRef.name.size())`,
          'the name of a binding is its grant, a colon and its role',
        ),
        refuseUnless(
          `!variables.isApply || variables.subjects.size() == 0 || (variables.subjects.size() == 1 && (variables.isLive || variables.subjects.all(s, s.kind == 'Group' && s.name.matches(${celString(`^${grant}$`)}) && variables.name.startsWith(s.name + ':'))))`,
          'the only subject of a binding is the grant in its name',
        ),
        refuseUnless(
          `${isAllowedAnyway} || variables.isReleased || (variables.grants.size() == 0 && ((!variables.isNamed && variables.role != '${liveRole(owner)}') || (request.operation == 'UPDATE' && variables.subjects.size() == 0)))`,
          `only countersign (${owner}) binds roles to its grants; others delete such bindings, or empty their subjects`,
        ),
        refuseUnless(
          `!(${celIsSubject(revoker)}) || variables.isNamed || variables.oldGrants.size() > 0`,
          `the revoker takes away bindings of the grants of countersign (${owner}) only`,
        ),
        refuseUnless(
          'variables.finalizers.all(f, f in variables.oldFinalizers) || !(variables.isApply || variables.isNamed || variables.oldGrants.size() > 0)',
          'a binding of a grant gets no finalizers: with one its access would outlive its deletion',
        ),
      ],
    }),
  ]
}
