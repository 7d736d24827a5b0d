// "Who am I" and "who may do what": the reviews of authentication.k8s.io and authorization.k8s.io.
import type { Authorizer, Rule } from './authorize.ts'
import { timeText } from '../api/decode-object.ts'
import { invalid } from '../api/field-error.ts'
import { isObject, listAt, objectAt, textAt, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { badRequest, invalidKind } from '../kinds/status-error.ts'
import { userInfo } from './api-users.ts'
import type { User } from './api-users.ts'

interface Asking {
  readonly body: JsonObject
  readonly user: User
  readonly authorizer: Authorizer
  readonly now: Date
}

export interface Review {
  readonly group: string
  readonly kind: string
  readonly plural: string
  /** Members of the answer; throws the 400 or 422. */
  readonly answer: (asking: Asking) => JsonObject
}

const AUTHORIZATION = 'authorization.k8s.io'

export const REVIEWS: readonly Review[] = [
  review('authentication.k8s.io', 'SelfSubjectReview', ({ user, now }) => ({
    metadata: { creationTimestamp: timeText(now) },
    status: { userInfo: userInfo(user) },
  })),
  review(AUTHORIZATION, 'SelfSubjectAccessReview', accessReview),
  review(AUTHORIZATION, 'SubjectAccessReview', asking =>
    accessReview({ ...asking, user: subjectOf(objectAt(asking.body, 'spec')) }),
  ),
  review(AUTHORIZATION, 'SelfSubjectRulesReview', rulesReview),
]

function review(group: string, kind: string, answer: Review['answer']): Review {
  return {
    group,
    kind,
    plural: `${kind.toLowerCase()}s`,
    answer: asking => ({ kind, apiVersion: `${group}/v1`, ...answer(asking) }),
  }
}

/** The user whom a SubjectAccessReview is about, with exactly the named groups. */
function subjectOf(spec: JsonObject): User {
  const name = textAt(spec, 'user')
  const groups = textsAt(spec, 'groups')
  if (name === '' && groups.length === 0) {
    throw refused('spec.user', '', 'at least one of user or group must be specified')
  }
  return { name, uid: textAt(spec, 'uid'), groups, extra: {} }
}

function accessReview({ body, user, authorizer }: Asking): JsonObject {
  const spec = objectAt(body, 'spec')
  const resource = spec['resourceAttributes']
  const path = spec['nonResourceAttributes']
  if (isObject(resource) && isObject(path)) {
    const shown = { Path: textAt(path, 'path'), Verb: textAt(path, 'verb') }
    const text = 'cannot be specified in combination with resourceAttributes'
    throw refused('spec.nonResourceAttributes', shown, text)
  }
  const answer = (allowed: boolean): JsonObject => ({ metadata: {}, spec, status: { allowed } })
  if (isObject(resource)) return answer(mayResource(resource, user, authorizer))
  if (isObject(path))
    return answer(authorizer.mayPath(user, textAt(path, 'verb'), textAt(path, 'path')))
  const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  throw refused('spec.resourceAttributes', null, text)
}

function mayResource(attributes: JsonObject, user: User, authorizer: Authorizer): boolean {
  return authorizer.may(user, {
    verb: textAt(attributes, 'verb'),
    group: textAt(attributes, 'group'),
    plural: textAt(attributes, 'resource'),
    subresource: textAt(attributes, 'subresource'),
    namespace: textAt(attributes, 'namespace'),
    name: textAt(attributes, 'name'),
  })
}

function rulesReview({ body, user, authorizer }: Asking): JsonObject {
  const namespace = textAt(body, 'spec', 'namespace')
  if (namespace === '') throw badRequest('no namespace on request')
  const rules = authorizer.rulesOf(user, namespace).map(shownRule)
  const isPath = (rule: JsonObject): boolean => listAt(rule, 'nonResourceURLs').length > 0
  const resourceRules = rules.filter(rule => !isPath(rule))
  const status = { resourceRules, nonResourceRules: rules.filter(isPath), incomplete: false }
  return { metadata: {}, spec: {}, status }
}

function shownRule(rule: Rule): JsonObject {
  const { namespaces: _, ...members } = rule
  const filled = Object.entries(members).filter(([, values]) => values.length > 0)
  return Object.fromEntries(filled.map(([name, values]) => [name, [...values]]))
}

function refused(field: string, value: Json, text: string): Error {
  return invalidKind(`.${AUTHORIZATION}`, AUTHORIZATION, '', '', [invalid(field, value, text)])
}
