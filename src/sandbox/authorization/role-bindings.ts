// Rules that bindings of RBAC give a user (kubernetes/pkg/registry/rbac/validation/rule.go).
import { listAt, textAt, textsAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from '../api/resources.ts'
import type { Resource } from '../api/resources.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import { serviceAccountUser } from './api-users.ts'
import type { User } from './api-users.ts'
import type { BoundRules, Rule } from './authorize.ts'

export function boundRules(store: ObjectStore): BoundRules {
  return (user, namespace) =>
    bindingsOf(store, user, namespace).flatMap(binding =>
      roleRules(roleOf(store, binding).role ?? {}),
    )
}

/** Bindings that name the user: of the whole cluster, and of this namespace unless it is ''. */
export function bindingsOf(
  store: ObjectStore,
  user: User,
  namespace: string,
): readonly JsonObject[] {
  const isOfUser = (binding: JsonObject): boolean => namesUser(binding, user)
  return [
    ...store.list(CLUSTER_ROLE_BINDINGS, '', isOfUser),
    ...(namespace === '' ? [] : store.list(ROLE_BINDINGS, namespace, isOfUser)),
  ]
}

function namesUser(binding: JsonObject, user: User): boolean {
  const home = textAt(binding, 'metadata', 'namespace')
  return listAt(binding, 'subjects').some(subject => {
    const name = textAt(subject, 'name')
    const kind = textAt(subject, 'kind')
    if (kind === 'User') return name === user.name
    if (kind === 'Group') return user.groups.includes(name)
    return serviceAccountUser(textAt(subject, 'namespace') || home, name).name === user.name
  })
}

interface BoundRole {
  readonly kind: string
  readonly name: string
  /** null where the kind is neither Role nor ClusterRole. */
  readonly resource: Resource | null
  /** null where it does not exist. */
  readonly role: JsonObject | null
}

export function roleOf(store: ObjectStore, binding: JsonObject): BoundRole {
  const kind = textAt(binding, 'roleRef', 'kind')
  const name = textAt(binding, 'roleRef', 'name')
  const resource = [ROLES, CLUSTER_ROLES].find(each => each.kind === kind) ?? null
  const home = resource === ROLES ? textAt(binding, 'metadata', 'namespace') : ''
  return { kind, name, resource, role: resource && store.read(resource, home, name) }
}

export function roleRules(role: JsonObject): readonly Rule[] {
  return listAt(role, 'rules').map(rule => ({
    apiGroups: textsAt(rule, 'apiGroups'),
    resources: textsAt(rule, 'resources'),
    resourceNames: textsAt(rule, 'resourceNames'),
    nonResourceURLs: textsAt(rule, 'nonResourceURLs'),
    verbs: textsAt(rule, 'verbs'),
  }))
}
