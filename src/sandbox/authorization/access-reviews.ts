// "Who am I" and "may I": SelfSubjectReview and SelfSubjectAccessReview.
import type { Authorizer } from './authorize.ts'
import { timeText } from '../api/decode-object.ts'
import { invalid } from '../api/field-error.ts'
import { isObject, objectAt, textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { invalidKind } from '../kinds/status-error.ts'
import type { User } from './api-users.ts'

export function selfSubjectReview(user: User, now: Date): JsonObject {
  const extra = Object.entries(user.extra)
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: timeText(now) },
    status: {
      userInfo: {
        username: user.name,
        ...(user.uid === '' ? {} : { uid: user.uid }),
        groups: [...user.groups],
        ...(extra.length === 0
          ? {}
          : { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) }),
      },
    },
  }
}

/** Throws the 422 for a spec that asks nothing, or two things. */
export function selfSubjectAccessReview(
  body: JsonObject,
  user: User,
  authorizer: Authorizer,
): JsonObject {
  const spec = objectAt(body, 'spec')
  const resource = spec['resourceAttributes']
  const path = spec['nonResourceAttributes']
  if (isObject(resource) && isObject(path)) {
    const shown = { Path: textAt(path, 'path'), Verb: textAt(path, 'verb') }
    const text = 'cannot be specified in combination with resourceAttributes'
    throw refused('spec.nonResourceAttributes', shown, text)
  }
  const allowed = isObject(resource)
    ? mayResource(resource, user, authorizer)
    : isObject(path)
      ? authorizer.mayReadPath(user, textAt(path, 'verb'), textAt(path, 'path'))
      : null
  if (allowed === null) {
    const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    throw refused('spec.resourceAttributes', null, text)
  }
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed },
  }
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

function refused(field: string, value: JsonObject | null, text: string): Error {
  const group = 'authorization.k8s.io'
  return invalidKind(`.${group}`, group, '', '', [invalid(field, value, text)])
}
