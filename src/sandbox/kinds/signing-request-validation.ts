// What a CertificateSigningRequest must be (kubernetes/pkg/apis/certificates/validation/validation.go), in its order.
import {
  duplicate,
  forbiddenField,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../api/field-error.ts'
import type { FieldError } from '../api/field-error.ts'
import { at, listAt, same, textAt, textsAt } from '../api/json-values.ts'
import type { Json, JsonObject } from '../api/json-values.ts'
import { immutableMetadata, validateMetadata } from '../api/metadata.ts'
import { anyName, dnsLabel, dnsSubdomain } from '../api/object-name-rules.ts'
import { certificateFault, requestFault } from './pem-fault.ts'

const USAGES = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
]
const TERMINAL = ['Approved', 'Denied', 'Failed']

export function validateSigningRequest(object: JsonObject): readonly FieldError[] {
  return [
    ...validateMetadata(object, anyName),
    ...requestErrors(object),
    ...usageErrors(textsAt(object, 'spec', 'usages')),
    ...signerNameErrors(textAt(object, 'spec', 'signerName')),
    ...expirationErrors(at(object, 'spec', 'expirationSeconds')),
    ...conditionErrors(listAt(object, 'status', 'conditions')),
    ...certificateErrors(textAt(object, 'status', 'certificate')),
  ]
}

function requestErrors(object: JsonObject): readonly FieldError[] {
  const request = textAt(object, 'spec', 'request')
  const fault = requestFault(Buffer.from(request, 'base64').toString('latin1'))
  const shown = at(object, 'spec', 'request') ?? null
  return fault === null ? [] : [invalid('spec.request', shown, fault)]
}

function usageErrors(usages: readonly string[]): readonly FieldError[] {
  const unknown = usages.flatMap((usage, index) =>
    USAGES.includes(usage) ? [] : [notSupported(`spec.usages[${index}]`, usage, USAGES)],
  )
  const repeated = usages.flatMap((usage, index) =>
    usages.indexOf(usage) < index ? [duplicate(`spec.usages[${index}]`, usage)] : [],
  )
  return [...(usages.length === 0 ? [required('spec.usages')] : []), ...unknown, ...repeated]
}

const SIGNER_NAME = 'spec.signerName'

function signerNameErrors(name: string): readonly FieldError[] {
  if (name === '') return [required(SIGNER_NAME)]
  if (name === 'kubernetes.io/legacy-unknown') {
    return [invalid(SIGNER_NAME, name, 'the legacy signerName is not allowed via this API version')]
  }
  const [domain, path, ...more] = name.split('/')
  if (domain === undefined || path === undefined || more.length > 0) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
    return [invalid(SIGNER_NAME, name, form)]
  }
  const dotted = 'should be a domain with at least two segments separated by dots'
  return [
    ...(Buffer.byteLength(domain) > 253 ? [tooLong(SIGNER_NAME, 253)] : []),
    ...firstBadLabel(domain, dnsLabel),
    ...(domain.includes('.') ? [] : [invalid(SIGNER_NAME, domain, dotted)]),
    ...firstBadLabel(path, dnsSubdomain),
    ...(Buffer.byteLength(name) > 571 ? [tooLong(SIGNER_NAME, 571)] : []),
  ]
}

function firstBadLabel(
  text: string,
  rule: (label: string) => readonly string[],
): readonly FieldError[] {
  for (const label of text.split('.')) {
    const faults = rule(label)
    if (faults.length === 0) continue
    return faults.map(fault =>
      invalid(SIGNER_NAME, text, `validating label ${JSON.stringify(label)}: ${fault}`),
    )
  }
  return []
}

function expirationErrors(seconds: Json | undefined): readonly FieldError[] {
  if (typeof seconds !== 'number' || seconds >= 600) return []
  const text = 'may not specify a duration less than 600 seconds (10 minutes)'
  return [invalid('spec.expirationSeconds', seconds, text)]
}

function conditionErrors(conditions: readonly Json[]): readonly FieldError[] {
  const types = conditions.map(condition => textAt(condition, 'type'))
  return conditions.flatMap((condition, index) => {
    const type = textAt(condition, 'type')
    const path = `status.conditions[${index}]`
    return [
      ...(type === '' ? [required(`${path}.type`)] : []),
      ...conditionStatusErrors(`${path}.status`, type, textAt(condition, 'status')),
      ...exclusionErrors(types.slice(0, index), type),
      ...(types.indexOf(type) < index ? [duplicate(`${path}.type`, type)] : []),
    ]
  })
}

function conditionStatusErrors(path: string, type: string, status: string): readonly FieldError[] {
  const allowed = TERMINAL.includes(type) ? ['True'] : ['True', 'False', 'Unknown']
  if (status === '') return [required(path)]
  return allowed.includes(status) ? [] : [notSupported(path, status, allowed)]
}

function exclusionErrors(before: readonly string[], type: string): readonly FieldError[] {
  const excluded =
    (type === 'Approved' && before.includes('Denied')) ||
    (type === 'Denied' && before.includes('Approved'))
  const text = 'Approved and Denied conditions are mutually exclusive'
  return excluded ? [invalid('status.conditions', type, text)] : []
}

function certificateErrors(certificate: string): readonly FieldError[] {
  const fault = certificateFault(Buffer.from(certificate, 'base64').toString('latin1'))
  return fault === null ? [] : [invalid('status.certificate', '<certificate data>', fault)]
}

/** Errors of an update through one of the three endpoints (`''`, `approval`, `status`). */
export function validateSigningRequestUpdate(
  next: JsonObject,
  old: JsonObject,
  subresource: string,
): readonly FieldError[] {
  return [
    ...validateSigningRequest(next),
    ...removedConditionErrors(next, old),
    ...(subresource === 'approval' ? [] : addedConditionErrors(next, old)),
    ...changedCertificateErrors(next, old, subresource),
    ...immutableMetadata(next, old),
  ]
}

function count(object: JsonObject, type: string): number {
  const conditions = listAt(object, 'status', 'conditions')
  return conditions.filter(condition => textAt(condition, 'type') === type).length
}

function removedConditionErrors(next: JsonObject, old: JsonObject): readonly FieldError[] {
  return TERMINAL.filter(type => count(next, type) < count(old, type)).map(type =>
    forbiddenField(
      'status.conditions',
      `updates may not remove a condition of type ${JSON.stringify(type)}`,
    ),
  )
}

function addedConditionErrors(next: JsonObject, old: JsonObject): readonly FieldError[] {
  return ['Approved', 'Denied']
    .filter(type => count(next, type) > count(old, type))
    .map(type =>
      forbiddenField(
        'status.conditions',
        `updates may not add a condition of type ${JSON.stringify(type)}`,
      ),
    )
}

function changedCertificateErrors(
  next: JsonObject,
  old: JsonObject,
  subresource: string,
): readonly FieldError[] {
  const before = at(old, 'status', 'certificate')
  if (same(at(next, 'status', 'certificate'), before)) return []
  if (subresource !== 'status') {
    return [forbiddenField('status.certificate', 'updates may not set certificate content')]
  }
  const text = 'updates may not modify existing certificate content'
  return before === undefined ? [] : [forbiddenField('status.certificate', text)]
}
