// Roles and their bindings (kubernetes/pkg/apis/rbac). Neither rules nor subjects are validated.
import { invalid, required } from '../api/field-error.ts'
import type { FieldError } from '../api/field-error.ts'
import { at, isObject, listAt, memberObject, same, textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { validateMetadata } from '../api/metadata.ts'
import { pathSegment } from '../api/object-name-rules.ts'
import { ROLES } from '../api/resources.ts'
import { plainStrategy } from './kind-strategy.ts'
import type { Strategy } from './kind-strategy.ts'

export const ROLE_STRATEGY = plainStrategy(pathSegment)

export const ROLE_BINDING_STRATEGY: Strategy = {
  ...ROLE_STRATEGY,
  convert: fillGroups,
  validate: binding => [
    ...validateMetadata(binding, pathSegment),
    ...(textAt(binding, 'roleRef', 'name') === '' ? [required('roleRef.name')] : []),
  ],
  validateUpdate: roleChange,
}

function roleChange(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const role = at(next, 'roleRef') ?? null
  return same(role, at(old, 'roleRef')) ? [] : [invalid('roleRef', role, 'cannot change roleRef')]
}

function fillGroups(binding: JsonObject): void {
  memberObject(binding, 'roleRef')['apiGroup'] ||= ROLES.group
  for (const subject of listAt(binding, 'subjects'))
    if (isObject(subject) && ['User', 'Group'].includes(textAt(subject, 'kind')))
      subject['apiGroup'] ??= ROLES.group
}
