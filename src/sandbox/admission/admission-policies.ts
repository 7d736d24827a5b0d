// ValidatingAdmissionPolicies at work: which of them apply to a write, and what they say
// (k8s.io/apiserver/pkg/admission/plugin/policy/validating). They are in effect at once.
import { listAt, objectAt, textAt, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { NAMESPACES, POLICIES, POLICY_BINDINGS } from '../api/resources.ts'
import type { Authorizer } from '../authorization/authorize.ts'
import { forbidden, StatusError } from '../kinds/status-error.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import { requestVariable } from './admission-request.ts'
import type { Admission, AdmissionRequest } from './admission-request.ts'
import { matchesResources } from './match-resources.ts'
import { AccessQuestion, celValue, evaluate, lazyVariables } from './policy-expressions.ts'
import type { Variables } from './policy-expressions.ts'

interface Denial {
  readonly message: string
  readonly reason: string
}

const CODES = new Map([
  ['Unauthorized', 401],
  ['Forbidden', 403],
  ['RequestEntityTooLarge', 413],
])

export function admissionPolicies(store: ObjectStore, authorizer: Authorizer): Admission {
  return request => {
    // Policies cannot lock themselves.
    if (request.resource.group === POLICIES.group) return []
    const { resource, object, oldObject, user } = request
    const namespace = resource.namespaced ? store.read(NAMESPACES, '', request.namespace) : null
    const home = resource === NAMESPACES ? (object ?? oldObject) : namespace
    const applies = (match: JsonObject): boolean => matchesResources(match, request, home)
    const warnings: string[] = []
    for (const binding of store.list(POLICY_BINDINGS, '')) {
      const policy = store.read(POLICIES, '', textAt(binding, 'spec', 'policyName'))
      if (policy === null || !applies(objectAt(policy, 'spec', 'matchConstraints'))) continue
      if (!applies(objectAt(binding, 'spec', 'matchResources'))) continue
      const denials = denialsOf(policy, {
        object: celValue(object),
        oldObject: celValue(oldObject),
        request: celValue(requestVariable(request)),
        namespaceObject: celValue(namespace),
        params: null,
        authorizer: new AccessQuestion((asked, account = user) => authorizer.may(account, asked)),
      })
      const actions = textsAt(binding, 'spec', 'validationActions')
      const [one, other] = [policy, binding].map(each => textAt(each, 'metadata', 'name'))
      const names = `ValidatingAdmissionPolicy '${one}' with binding '${other}'`
      const [first] = denials
      if (first !== undefined && actions.includes('Deny')) throw refusal(request, names, first)
      if (actions.includes('Warn'))
        warnings.push(...denials.map(({ message }) => `Validation failed for ${names}: ${message}`))
    }
    return warnings
  }
}

/** Empty if the policy admits the request. An expression that fails denies it, unless failurePolicy is Ignore. */
function denialsOf(policy: JsonObject, context: Variables): readonly Denial[] {
  const spec = objectAt(policy, 'spec')
  const isLenient = textAt(spec, 'failurePolicy') === 'Ignore'
  const failed = (error: unknown): readonly Denial[] =>
    isLenient ? [] : [{ message: error instanceof Error ? error.message : '', reason: 'Invalid' }]
  try {
    if (!meetsConditions(listAt(spec, 'matchConditions'), context)) return []
  } catch (error) {
    return failed(error)
  }
  const all = { ...context, variables: lazyVariables(listAt(spec, 'variables'), context) }
  return listAt(spec, 'validations').flatMap(validation => {
    try {
      if (evaluate(textAt(validation, 'expression'), all) === true) return []
    } catch (error) {
      return failed(error)
    }
    const reason = textAt(validation, 'reason') || 'Invalid'
    return [{ message: messageOf(validation, all), reason }]
  })
}

/** Throws the first error, unless another condition is false. */
function meetsConditions(conditions: readonly Json[], context: Variables): boolean {
  const errors: unknown[] = []
  for (const condition of conditions)
    try {
      if (evaluate(textAt(condition, 'expression'), context) === false) return false
    } catch (error) {
      errors.push(error)
    }
  if (errors.length > 0) throw errors[0]
  return true
}

function messageOf(validation: Json, variables: Variables): string {
  const expression = textAt(validation, 'expression').trim()
  const fixed = textAt(validation, 'message').trim() || `failed expression: ${expression}`
  const computed = textAt(validation, 'messageExpression')
  if (computed === '') return fixed
  try {
    const value = evaluate(computed, variables)
    const text = typeof value === 'string' ? value.trim() : ''
    return text === '' || text.includes('\n') ? fixed : text
  } catch {
    return fixed
  }
}

function refusal(request: AdmissionRequest, names: string, { message, reason }: Denial): Error {
  const cause = `${names} denied request: ${message}`
  const { status, message: text } = forbidden(request.resource, request.name, cause)
  const details = { ...objectAt(status, 'details'), causes: [{ message: cause }] }
  return new StatusError(CODES.get(reason) ?? 422, reason, text, details)
}
