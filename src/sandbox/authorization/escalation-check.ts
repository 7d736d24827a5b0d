// Refuses a role or a binding that gives rights its writer does not hold (kubernetes/pkg/registry/rbac/*/policybased,
// k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go).
import { at, objectAt, same, textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { CLUSTER_ROLES, ROLES } from '../api/resources.ts'
import type { Resource } from '../api/resources.ts'
import { badRequest, forbidden, internal, notFound } from '../kinds/status-error.ts'
import type { Strategy } from '../kinds/kind-strategy.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { User } from './api-users.ts'
import { covers, coversPath, NO_QUESTION } from './authorize.ts'
import type { Authorizer, Rule } from './authorize.ts'
import { bindingsOf, roleOf, roleRules } from './role-bindings.ts'

/** What the garbage collector changes: an update of nothing else is not checked. */
const UNCHECKED = ['finalizers', 'managedFields', 'ownerReferences']

/** Users of system:masters pass because they may escalate and bind. */
export function escalationCheck(store: ObjectStore, authorizer: Authorizer): Strategy['precheck'] {
  return (next, old, { resource, user, namespace, name: nameInUrl }) => {
    if (old !== null && same(checkedPart(next), checkedPart(old))) return
    const may = (verb: string, { group, plural }: Resource, name: string): boolean =>
      authorizer.may(user, { ...NO_QUESTION, verb, group, plural, namespace, name })
    const refuse = (detail: string): Error =>
      forbidden(resource, textAt(next, 'metadata', 'name'), detail)
    // Like the real server, this names the resource of the request and not the kind of the missing role.
    const absent = (role: string): Error => notFound(resource, role)
    const demand = (rules: readonly Rule[]): void => {
      const held = authorizer.rulesOf(user, namespace)
      const missing = rules.flatMap(pieces).filter(piece => !held.some(rule => holds(rule, piece)))
      if (missing.length === 0) return
      const roles = bindingsOf(store, user, namespace).map(binding => roleOf(store, binding))
      const gone = roles.filter(({ role }) => role === null).map(one => absent(one.name).message)
      throw refuse(denial(user, missing) + resolutionErrors(gone))
    }
    if (resource === ROLES || resource === CLUSTER_ROLES) {
      if (may('escalate', resource, nameInUrl)) return
      demand(roleRules(next))
      const aggregates = [next, old ?? {}].some(role => at(role, 'aggregationRule') !== undefined)
      // It needs every right, and a user with every right may escalate.
      if (aggregates) throw refuse('must have cluster-admin privileges to use the aggregationRule')
      return
    }
    const { kind, name, resource: roles, role } = roleOf(store, next)
    if (roles === null) throw internal(`unsupported role reference kind: ${JSON.stringify(kind)}`)
    if (may('bind', roles, name)) return
    if (roles === ROLES && namespace === '') throw badRequest('Namespace parameter required.')
    if (role === null) throw absent(name)
    demand(roleRules(role))
  }
}

function checkedPart(object: JsonObject): JsonObject {
  const members = Object.entries(objectAt(object, 'metadata'))
  const metadata = Object.fromEntries(members.filter(([member]) => !UNCHECKED.includes(member)))
  return { ...object, metadata }
}

/** The rule as rules of one verb, for one path or one resource with at most one name. */
function pieces(rule: Rule): readonly Rule[] {
  const { apiGroups, resources, resourceNames = [], nonResourceURLs = [], verbs } = rule
  const names = resourceNames.length === 0 ? [[]] : resourceNames.map(name => [name])
  const ofGroup = (group: string): readonly Omit<Rule, 'verbs'>[] =>
    resources.flatMap(resource =>
      names.map(one => ({ apiGroups: [group], resources: [resource], resourceNames: one })),
    )
  const none = { apiGroups: [], resources: [] }
  const paths = nonResourceURLs.map(url => ({ ...none, nonResourceURLs: [url] }))
  return [...apiGroups.flatMap(ofGroup), ...paths].flatMap(scope =>
    verbs.map(verb => ({ ...scope, verbs: [verb] })),
  )
}

function holds(held: Rule, piece: Rule): boolean {
  const { apiGroups, resources, resourceNames = [], nonResourceURLs = [], verbs } = piece
  const [group = '', name = '', verb = ''] = [apiGroups[0], resourceNames[0], verbs[0]]
  const [path] = nonResourceURLs
  if (path !== undefined) return coversPath(held, verb, path)
  const [plural = '', ...rest] = (resources[0] ?? '').split('/')
  return covers(held, { verb, group, plural, subresource: rest.join('/'), namespace: '', name })
}

/** Verbs of rules that differ in nothing else are shown together; rules of paths stay apart. */
function denial({ name, groups }: User, missing: readonly Rule[]): string {
  const joined = new Map<string, Rule>()
  for (const piece of missing) {
    const { verbs, ...scope } = piece
    const isPath = scope.nonResourceURLs !== undefined
    const key = JSON.stringify(isPath ? piece : scope)
    const before = isPath ? [] : (joined.get(key)?.verbs ?? [])
    joined.set(key, { ...scope, verbs: [...before, ...verbs] })
  }
  const lines = [...joined.values()].map(shown).sort().join('\n')
  return `user ${JSON.stringify(name)} (groups=${quoted(groups)}) is attempting to grant RBAC permissions not currently held:\n${lines}`
}

function shown({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: Rule): string {
  const list = (label: string, values: readonly string[] = []): readonly string[] =>
    values.length === 0 ? [] : [`${label}:${quoted(values)}`]
  const lists = [
    ...list('APIGroups', apiGroups),
    ...list('Resources', resources),
    ...list('NonResourceURLs', nonResourceURLs),
    ...list('ResourceNames', resourceNames),
    ...list('Verbs', verbs),
  ]
  return `{${lists.join(', ')}}`
}

function quoted(values: readonly string[]): string {
  return `[${values.map(value => JSON.stringify(value)).join(' ')}]`
}

/** Each text once, as Go shows a list of one aggregate. */
function resolutionErrors(texts: readonly string[]): string {
  const list = [...new Set(texts)]
  const shownList = list.length > 1 ? `[${list.join(', ')}]` : list.join('')
  return shownList === '' ? '' : `; resolution errors: [${shownList}]`
}
