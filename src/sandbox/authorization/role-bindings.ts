// Rules that bindings of RBAC give a user (kubernetes/pkg/registry/rbac/validation/rule.go).
import { listAt, textAt, textsAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from '../api/resources.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import { serviceAccountUser } from './api-users.ts'
import type { User } from './api-users.ts'
import type { BoundRules, Rule } from './authorize.ts'

export function boundRules(store: ObjectStore): BoundRules {
  return (user, namespace) => {
    const bindings = [
      ...store.list(CLUSTER_ROLE_BINDINGS, ''),
      ...(namespace === '' ? [] : store.list(ROLE_BINDINGS, namespace)),
    ]
    return bindings
      .filter(binding => namesUser(binding, user))
      .flatMap(binding => rulesOfRole(store, binding))
  }
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

function rulesOfRole(store: ObjectStore, binding: JsonObject): readonly Rule[] {
  const name = textAt(binding, 'roleRef', 'name')
  const role =
    textAt(binding, 'roleRef', 'kind') === 'Role'
      ? store.read(ROLES, textAt(binding, 'metadata', 'namespace'), name)
      : store.read(CLUSTER_ROLES, '', name)
  return listAt(role ?? {}, 'rules').map(rule => ({
    apiGroups: textsAt(rule, 'apiGroups'),
    resources: textsAt(rule, 'resources'),
    resourceNames: textsAt(rule, 'resourceNames'),
    nonResourceURLs: textsAt(rule, 'nonResourceURLs'),
    verbs: textsAt(rule, 'verbs'),
  }))
}
