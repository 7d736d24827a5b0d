// Which writes a policy or a binding applies to (k8s.io/apiserver/pkg/admission/plugin/policy/matching).
import { listAt, objectAt, textAt, textMembers, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { labelSelector } from '../api/selectors.ts'
import type { AdmissionRequest } from './admission-request.ts'

/** `home`: the Namespace of the object, or itself if it is one; null for other objects of the whole cluster, which always match. */
export function matchesResources(
  match: JsonObject,
  request: AdmissionRequest,
  home: JsonObject | null,
): boolean {
  const rules = listAt(match, 'resourceRules')
  const selects = (selector: string, object: JsonObject): boolean =>
    isSelected(objectAt(match, selector), object)
  return (
    (home === null || selects('namespaceSelector', home)) &&
    [request.object, request.oldObject].some(
      each => each !== null && selects('objectSelector', each),
    ) &&
    !listAt(match, 'excludeResourceRules').some(rule => matchesRule(rule, request)) &&
    (rules.length === 0 || rules.some(rule => matchesRule(rule, request)))
  )
}

function isSelected(selector: JsonObject, object: JsonObject): boolean {
  const equal = Object.entries(textMembers(objectAt(selector, 'matchLabels')))
  const terms = [
    ...equal.map(([key, value]) => `${key}=${value}`),
    ...listAt(selector, 'matchExpressions').map(termOf),
  ]
  return labelSelector(terms.join(','))(textMembers(objectAt(object, 'metadata', 'labels')))
}

function termOf(expression: Json): string {
  const key = textAt(expression, 'key')
  const operator = textAt(expression, 'operator')
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator.toLowerCase()} (${textsAt(expression, 'values').join(',')})`
}

function matchesRule(rule: Json, request: AdmissionRequest): boolean {
  const { resource, subresource, operation } = request
  const { group, version, plural } = resource
  const has = (member: string, value: string): boolean =>
    textsAt(rule, member).some(each => each === '*' || each === value)
  const names = listAt(rule, 'resourceNames')
  const scope = textAt(rule, 'scope')
  // A Namespace counts as an object of the whole cluster.
  const isScope = scope === (resource.namespaced ? 'Namespaced' : 'Cluster')
  return (
    has('operations', operation) &&
    has('apiGroups', group) &&
    has('apiVersions', version) &&
    textsAt(rule, 'resources').some(pattern => {
      const [name, below = ''] = pattern.split('/')
      return (name === '*' || name === plural) && (below === '*' || below === subresource)
    }) &&
    (scope === '*' || scope === '' || isScope) &&
    (names.length === 0 || names.includes(request.name))
  )
}
