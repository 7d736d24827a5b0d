// ValidatingAdmissionPolicies and their bindings (kubernetes/pkg/apis/admissionregistration).
import { compileFault } from '../admission/policy-expressions.ts'
import { forbiddenField, invalid, required } from '../api/field-error.ts'
import type { FieldError } from '../api/field-error.ts'
import { at, isObject, listAt, memberObject, textAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { validateMetadata } from '../api/metadata.ts'
import { dnsSubdomain } from '../api/object-name-rules.ts'
import { plainStrategy } from './kind-strategy.ts'
import type { Strategy } from './kind-strategy.ts'

export const POLICY_STRATEGY: Strategy = {
  ...plainStrategy(dnsSubdomain),
  convert: policy => {
    const spec = memberObject(policy, 'spec')
    spec['failurePolicy'] ??= 'Fail'
    fillMatch(spec['matchConstraints'])
  },
  validate: validatePolicy,
  validateUpdate: validatePolicy,
}

export const POLICY_BINDING_STRATEGY: Strategy = {
  ...plainStrategy(dnsSubdomain),
  convert: binding => fillMatch(memberObject(binding, 'spec')['matchResources']),
}

function fillMatch(match: Json | undefined): void {
  if (!isObject(match)) return
  match['namespaceSelector'] ??= {}
  match['objectSelector'] ??= {}
  match['matchPolicy'] ??= 'Equivalent'
  for (const list of ['resourceRules', 'excludeResourceRules'])
    for (const rule of listAt(match, list)) if (isObject(rule)) rule['scope'] ??= '*'
}

function validatePolicy(policy: JsonObject): readonly FieldError[] {
  const rules = listAt(policy, 'spec', 'matchConstraints', 'resourceRules')
  const hasParameters = at(policy, 'spec', 'paramKind') !== undefined
  const noParameters = 'the embedded cluster has no parameters of policies'
  return [
    ...validateMetadata(policy, dnsSubdomain),
    ...(hasParameters ? [forbiddenField('spec.paramKind', noParameters)] : []),
    ...(rules.length === 0 ? [required('spec.matchConstraints.resourceRules')] : []),
    ...['matchConditions', 'variables', 'validations'].flatMap(list =>
      listAt(policy, 'spec', list).flatMap((item, index) =>
        ['expression', 'messageExpression'].flatMap(member =>
          expressionErrors(textAt(item, member), `spec.${list}[${index}].${member}`),
        ),
      ),
    ),
  ]
}

function expressionErrors(expression: string, field: string): readonly FieldError[] {
  const fault = expression === '' ? null : compileFault(expression)
  return fault === null ? [] : [invalid(field, expression, `compilation failed: ${fault}`)]
}
