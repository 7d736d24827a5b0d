// Who may do what: rules like RBAC's, given per user or group (kubernetes/pkg/registry/rbac, plugin/pkg/auth/authorizer/rbac).
import { forbidden, StatusError } from '../kinds/status-error.ts'
import { AUTHENTICATED, MASTERS } from './api-users.ts'
import type { User } from './api-users.ts'

/** As a rule of a ClusterRole; `namespaces` limits it as a RoleBinding would. */
export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
  readonly namespaces?: readonly string[]
}

export type RuleSubject = { readonly user: string } | { readonly group: string }

/** One question to the authorizer. */
export interface Attributes {
  readonly verb: string
  readonly group: string
  readonly plural: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

interface Grant {
  readonly subject: RuleSubject
  readonly rules: readonly Rule[]
}

const BASIC_USER: Rule = {
  apiGroups: ['authentication.k8s.io', 'authorization.k8s.io'],
  resources: ['selfsubjectreviews', 'selfsubjectaccessreviews'],
  verbs: ['create'],
}
const DISCOVERY = /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)/
const PUBLIC_INFORMATION = /^\/(version|healthz|livez|readyz)(\/|$)/

export class Authorizer {
  readonly #grants: Grant[] = [{ subject: { group: AUTHENTICATED }, rules: [BASIC_USER] }]

  allow(subject: RuleSubject, rules: readonly Rule[]): void {
    this.#grants.push({ subject, rules })
  }

  may(user: User, attributes: Attributes): boolean {
    if (user.groups.includes(MASTERS)) return true
    return this.#grants.some(
      grant => isSubject(grant.subject, user) && grant.rules.some(rule => covers(rule, attributes)),
    )
  }

  mayReadPath(user: User, verb: string, path: string): boolean {
    if (user.groups.includes(MASTERS)) return true
    const readable = user.groups.includes(AUTHENTICATED) ? DISCOVERY : PUBLIC_INFORMATION
    return verb === 'get' && readable.test(path)
  }

  /** The exact signer, then `<domain>/*` (pkg/certauthorization). */
  maySigner(user: User, verb: 'approve' | 'sign', signerName: string): boolean {
    const question = {
      verb,
      group: 'certificates.k8s.io',
      plural: 'signers',
      subresource: '',
      namespace: '',
    }
    const wildcard = `${signerName.split('/')[0] ?? ''}/*`
    return [signerName, wildcard].some(name => this.may(user, { ...question, name }))
  }

  /** Throws the 403 of the real server. */
  demand(user: User, attributes: Attributes): void {
    if (this.may(user, attributes)) return
    throw forbidden(attributes, attributes.name, denial(user, attributes))
  }

  demandPath(user: User, verb: string, path: string): void {
    if (this.mayReadPath(user, verb, path)) return
    const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`
    throw new StatusError(403, 'Forbidden', message, {})
  }
}

function denial(user: User, { verb, group, plural, subresource, namespace }: Attributes): string {
  const resource = subresource === '' ? plural : `${plural}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `User ${JSON.stringify(user.name)} cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
}

function isSubject(subject: RuleSubject, user: User): boolean {
  return 'user' in subject ? subject.user === user.name : user.groups.includes(subject.group)
}

function covers(rule: Rule, asked: Attributes): boolean {
  const resource = asked.subresource === '' ? asked.plural : `${asked.plural}/${asked.subresource}`
  const resources = ['*', resource, ...(asked.subresource === '' ? [] : [`*/${asked.subresource}`])]
  return (
    rule.verbs.some(verb => verb === '*' || verb === asked.verb) &&
    rule.apiGroups.some(group => group === '*' || group === asked.group) &&
    rule.resources.some(name => resources.includes(name)) &&
    (rule.resourceNames === undefined ||
      rule.resourceNames.length === 0 ||
      rule.resourceNames.includes(asked.name)) &&
    (rule.namespaces === undefined || rule.namespaces.includes(asked.namespace))
  )
}
