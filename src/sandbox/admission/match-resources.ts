// Which writes a policy or a binding applies to (k8s.io/apiserver/pkg/admission/plugin/policy/matching).
import { listAt, objectAt, textAt, textMembers, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { NAMESPACES } from '../api/resources.ts'
import { labelSelector } from '../api/selectors.ts'
import type { AdmissionRequest } from './admission-request.ts'

/** `namespace` is the Namespace of the object, null for an object of the whole cluster. */
export function matchesResources(
  match: JsonObject,
  request: AdmissionRequest,
  namespace: JsonObject | null,
): boolean {
  const rules = listAt(match, 'resourceRules')
  const objectSelector = objectAt(match, 'objectSelector')
  return (
    matchesNamespace(objectAt(match, 'namespaceSelector'), request, namespace) &&
    [request.object, request.oldObject].some(each => isSelected(objectSelector, each)) &&
    !listAt(match, 'excludeResourceRules').some(rule => matchesRule(rule, request)) &&
    (rules.length === 0 || rules.some(rule => matchesRule(rule, request)))
  )
}

/** A Namespace is selected by its own labels; other objects of the whole cluster always match. */
function matchesNamespace(
  selector: JsonObject,
  { resource, object, oldObject }: AdmissionRequest,
  namespace: JsonObject | null,
): boolean {
  const selected = resource === NAMESPACES ? (object ?? oldObject) : namespace
  return selected === null || isSelected(selector, selected)
}

function isSelected(selector: JsonObject, object: JsonObject | null): boolean {
  if (object === null) return false
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
