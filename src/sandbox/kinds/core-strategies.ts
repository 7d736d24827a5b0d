// Secrets, ConfigMaps and Namespaces (kubernetes/pkg/registry/core, pkg/apis/core/validation).
import { fromBase64, toBase64 } from './go-base64.ts'
import { forbiddenField, invalid, required, tooLong } from '../api/field-error.ts'
import type { FieldError } from '../api/field-error.ts'
import { firstPemBlock } from './go-pem.ts'
import { at, objectAt, memberObject, same, textAt, textMembers } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import { immutableMetadata, validateMetadata } from '../api/metadata.ts'
import { dataKey, dnsLabel, dnsSubdomain } from '../api/object-name-rules.ts'
import { PLAIN, plainStrategy } from './kind-strategy.ts'
import type { Strategy } from './kind-strategy.ts'

const DATA_LIMIT = 1_048_576
const TLS = 'kubernetes.io/tls'

function keyErrors(data: JsonObject, field: string): readonly FieldError[] {
  return Object.keys(data).flatMap(key =>
    dataKey(key).map(text => invalid(`${field}[${key}]`, key, text)),
  )
}

function decodedSize(data: JsonObject): number {
  const values = Object.values(textMembers(data))
  return values.reduce((sum, value) => sum + fromBase64(value).length, 0)
}

function validateSecret(secret: JsonObject): readonly FieldError[] {
  const data = objectAt(secret, 'data')
  return [
    ...validateMetadata(secret, dnsSubdomain),
    ...keyErrors(data, 'data'),
    ...(decodedSize(data) > DATA_LIMIT ? [tooLong('data', DATA_LIMIT)] : []),
    ...(textAt(secret, 'type') === TLS ? tlsErrors(data) : []),
  ]
}

function tlsErrors(data: JsonObject): readonly FieldError[] {
  return ['tls.crt', 'tls.key']
    .filter(key => !Object.hasOwn(data, key))
    .map(key => required(`data[${key}]`))
}

function validateSecretUpdate(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const type = textAt(next, 'type')
  const changed = type !== textAt(old, 'type')
  return [
    ...immutableMetadata(next, old),
    ...(changed ? [invalid('type', type, 'field is immutable')] : []),
    ...(at(old, 'immutable') === true ? immutableDataErrors(next, old) : []),
    ...validateSecret(next),
  ]
}

function immutableDataErrors(next: JsonObject, old: JsonObject): readonly FieldError[] {
  const text = 'field is immutable when `immutable` is set'
  return [
    ...(at(next, 'immutable') === true ? [] : [forbiddenField('immutable', text)]),
    ...(same(at(next, 'data'), at(old, 'data')) ? [] : [forbiddenField('data', text)]),
  ]
}

/** A pair that crypto/tls would not load is stored all the same, with a warning. */
function tlsWarnings(secret: JsonObject): readonly string[] {
  if (textAt(secret, 'type') !== TLS) return []
  const certificate = Buffer.from(textAt(secret, 'data', 'tls.crt'), 'base64').toString('latin1')
  return firstPemBlock(certificate) === null
    ? ['tls: failed to find any PEM data in certificate input']
    : []
}

/** stringData is write-only: it ends up in data. */
function mergeStringData(secret: JsonObject): void {
  for (const [key, text] of Object.entries(textMembers(objectAt(secret, 'stringData')))) {
    memberObject(secret, 'data')[key] = toBase64(Buffer.from(text, 'utf8'))
  }
  delete secret['stringData']
}

export const SECRET_STRATEGY: Strategy = {
  ...PLAIN,
  nameRule: dnsSubdomain,
  selectableFields: secret => ({ type: textAt(secret, 'type') }),
  unknownField: field => `field label not supported: ${field}`,
  convert: secret => {
    mergeStringData(secret)
    if (textAt(secret, 'type') === '') secret['type'] = 'Opaque'
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: tlsWarnings,
}

function validateConfigMap(map: JsonObject): readonly FieldError[] {
  const data = objectAt(map, 'data')
  const binary = objectAt(map, 'binaryData')
  const texts = Object.values(textMembers(data))
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), decodedSize(binary))
  return [
    ...validateMetadata(map, dnsSubdomain),
    ...keyErrors(data, 'data'),
    ...keyErrors(binary, 'binaryData'),
    // The real server names no field here.
    ...(size > DATA_LIMIT ? [tooLong('[]', DATA_LIMIT)] : []),
  ]
}

export const CONFIG_MAP_STRATEGY: Strategy = {
  ...PLAIN,
  nameRule: dnsSubdomain,
  validate: validateConfigMap,
  validateUpdate: (next, old) => [...immutableMetadata(next, old), ...validateConfigMap(next)],
}

export const NAMESPACE_STRATEGY: Strategy = {
  ...plainStrategy(dnsLabel),
  resetFields: { '': ['spec', 'status'] },
  convert: namespace => {
    const name = textAt(namespace, 'metadata', 'name')
    memberObject(memberObject(namespace, 'metadata'), 'labels')['kubernetes.io/metadata.name'] =
      name
  },
  prepareForCreate: namespace => {
    memberObject(namespace, 'spec')['finalizers'] = ['kubernetes']
    namespace['status'] = { phase: 'Active' }
  },
}
