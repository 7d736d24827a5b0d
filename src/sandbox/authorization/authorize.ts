// Who may do what: rules given directly to users and groups, and those of RBAC objects (plugin/pkg/auth/authorizer/rbac).
import { forbidden, StatusError } from '../kinds/status-error.ts'
import { AUTHENTICATED, MASTERS, UNAUTHENTICATED } from './api-users.ts'
import type { User } from './api-users.ts'

/** As a rule of a ClusterRole; `namespaces` limits it as a RoleBinding would. */
export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly verbs: readonly string[]
  readonly namespaces?: readonly string[]
}

/** Rules that RBAC objects give a user: in the whole cluster, and in this namespace unless it is ''. */
export type BoundRules = (user: User, namespace: string) => readonly Rule[]

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

export const NO_QUESTION: Attributes = {
  verb: '',
  group: '',
  plural: '',
  subresource: '',
  namespace: '',
  name: '',
}

interface Grant {
  readonly subject: RuleSubject
  readonly rules: readonly Rule[]
}

const BASIC_USER: Rule = {
  apiGroups: ['authentication.k8s.io', 'authorization.k8s.io'],
  resources: ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  verbs: ['create'],
}

const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version', '/version/']
const DISCOVERY_PATHS = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*']
function readingOf(nonResourceURLs: readonly string[], verb = 'get'): Rule {
  return { apiGroups: [], resources: [], nonResourceURLs, verbs: [verb] }
}

export class Authorizer {
  readonly #bound: BoundRules
  readonly #grants: Grant[] = [
    {
      subject: { group: AUTHENTICATED },
      rules: [BASIC_USER, readingOf([...DISCOVERY_PATHS, ...PUBLIC_PATHS])],
    },
    { subject: { group: UNAUTHENTICATED }, rules: [readingOf(PUBLIC_PATHS)] },
    {
      subject: { group: MASTERS },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, readingOf(['*'], '*')],
    },
  ]

  constructor(bound: BoundRules = () => []) {
    this.#bound = bound
  }

  allow(subject: RuleSubject, rules: readonly Rule[]): void {
    this.#grants.push({ subject, rules })
  }

  /** Every rule of the user that applies in this namespace; '' is the cluster scope. */
  rulesOf(user: User, namespace: string): readonly Rule[] {
    return [...this.#granted(user, namespace), ...this.#bound(user, namespace)]
  }

  #granted(user: User, namespace: string): readonly Rule[] {
    return this.#grants
      .filter(({ subject }) => isSubject(subject, user))
      .flatMap(({ rules }) => rules)
      .filter(({ namespaces }) => namespaces === undefined || namespaces.includes(namespace))
  }

  may(user: User, asked: Attributes): boolean {
    // The rules of RBAC objects last: to look them up takes time.
    return (
      this.#granted(user, asked.namespace).some(rule => covers(rule, asked)) ||
      this.#bound(user, asked.namespace).some(rule => covers(rule, asked))
    )
  }

  mayPath(user: User, verb: string, path: string): boolean {
    return this.rulesOf(user, '').some(rule => coversPath(rule, verb, path))
  }

  /** The exact signer, then `<domain>/*` (pkg/certauthorization). */
  maySigner(user: User, verb: 'approve' | 'sign', signerName: string): boolean {
    const question = { ...NO_QUESTION, verb, group: 'certificates.k8s.io', plural: 'signers' }
    const wildcard = `${signerName.split('/')[0] ?? ''}/*`
    return [signerName, wildcard].some(name => this.may(user, { ...question, name }))
  }

  /** Throws the 403 of the real server. */
  demand(user: User, attributes: Attributes): void {
    if (this.may(user, attributes)) return
    throw forbidden(attributes, attributes.name, denial(user, attributes))
  }

  demandPath(user: User, verb: string, path: string): void {
    if (this.mayPath(user, verb, path)) return
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

function isAny(wanted: readonly string[], value: string): boolean {
  return wanted.includes('*') || wanted.includes(value)
}

export function covers(rule: Rule, asked: Attributes): boolean {
  const { plural, subresource } = asked
  const resource = subresource === '' ? plural : `${plural}/${subresource}`
  const names = rule.resourceNames ?? []
  return (
    isAny(rule.verbs, asked.verb) &&
    isAny(rule.apiGroups, asked.group) &&
    (isAny(rule.resources, resource) ||
      (subresource !== '' && rule.resources.includes(`*/${subresource}`))) &&
    (names.length === 0 || names.includes(asked.name))
  )
}

/** A path of a rule may end in `*`. */
export function coversPath(rule: Rule, verb: string, path: string): boolean {
  return (
    isAny(rule.verbs, verb) &&
    (rule.nonResourceURLs ?? []).some(url =>
      url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : path === url,
    )
  )
}
