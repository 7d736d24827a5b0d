// JSON of a client → an object as the API server stores it: known members, Go's types, empty members left out.
// The texts are those of encoding/json and sigs.k8s.io/json.
import { base64Fault, fromBase64, toBase64 } from '../kinds/go-base64.ts'
import { isObject } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'
import type { Field, FieldType, Struct } from './kind-schema.ts'

/** What could not be decoded, in Go's words; the caller puts it into a 400. */
export class DecodeError extends Error {}

export interface Decoded {
  readonly object: JsonObject
  /** Paths of members the kind does not have. */
  readonly unknownFields: readonly string[]
}

interface Walk {
  readonly unknown: string[]
}

interface Spot {
  /** Innermost Go struct around the value. */
  readonly struct: string
  /** Names of members from the root, without map keys and indices, as Go's messages show it. */
  readonly path: string
  /** The path with map keys and indices, for unknown fields. */
  readonly full: string
}

export function decode(value: Json, schema: Struct): Decoded {
  const walk: Walk = { unknown: [] }
  const object = decodeStruct(value, schema, { struct: schema.go, path: '', full: '' }, walk)
  return { object, unknownFields: walk.unknown.sort(byDepth) }
}

function byDepth(a: string, b: string): number {
  return b.split('.').length - a.split('.').length
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`
}

function describe(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return typeof value
}

function mismatch(what: string, spot: Spot, goType: string): DecodeError {
  const target = spot.path === '' ? 'value' : `struct field ${spot.struct}.${spot.path}`
  return new DecodeError(`json: cannot unmarshal ${what} into Go ${target} of type ${goType}`)
}

function decodeStruct(value: Json, schema: Struct, spot: Spot, walk: Walk): JsonObject {
  if (!isObject(value)) throw mismatch(describe(value), spot, `v1.${schema.go}`)
  for (const member of Object.keys(value)) {
    if (!Object.hasOwn(schema.fields, member)) walk.unknown.push(join(spot.full, member))
  }
  const result: JsonObject = {}
  for (const [member, field] of Object.entries(schema.fields)) {
    const found = decodeMember(value[member], member, field, { ...spot, struct: schema.go }, walk)
    if (found !== undefined) result[member] = found
  }
  return result
}

function decodeMember(
  value: Json | undefined,
  member: string,
  field: Field,
  around: Spot,
  walk: Walk,
): Json | undefined {
  if (value === undefined || value === null) return zero(field)
  const spot = { ...around, path: join(around.path, member), full: join(around.full, member) }
  const decoded = decodeValue(value, field.of, spot, walk)
  return field.empty === 'omit' && isEmpty(decoded) ? undefined : decoded
}

function zero(field: Field): Json | undefined {
  if (field.empty !== 'keep') return undefined
  if (field.of.type === 'struct') return emptyStruct(field.of)
  return ['bytes', 'list'].includes(field.of.type) ? null : ''
}

function emptyStruct(schema: Struct): JsonObject {
  const result: JsonObject = {}
  for (const [member, field] of Object.entries(schema.fields)) {
    const value = zero(field)
    if (value !== undefined) result[member] = value
  }
  return result
}

function isEmpty(value: Json): boolean {
  if (value === '' || value === 0 || value === false || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

function decodeValue(value: Json, type: FieldType, spot: Spot, walk: Walk): Json {
  switch (type.type) {
    case 'any':
      return value
    case 'struct':
      return decodeStruct(value, type, spot, walk)
    case 'list':
      if (!Array.isArray(value)) throw mismatch(describe(value), spot, type.go)
      return value.map((item, index) =>
        decodeItem(item, type.of, { ...spot, full: `${spot.full}[${index}]` }, walk),
      )
    case 'map':
      if (!isObject(value)) throw mismatch(describe(value), spot, type.go)
      return decodeMap(value, type.of, spot, walk)
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(describe(value), spot, 'bool')
      return value
    case 'int':
      return decodeInteger(value, type.go, spot)
    case 'bytes':
      return decodeBytes(value, spot)
    case 'time':
      return decodeTime(value, spot)
    default:
      if (typeof value !== 'string') throw mismatch(describe(value), spot, type.go)
      return value
  }
}

function decodeItem(value: Json, type: FieldType, spot: Spot, walk: Walk): Json {
  if (value !== null) return decodeValue(value, type, spot, walk)
  return type.type === 'struct' ? emptyStruct(type) : ''
}

function decodeMap(value: JsonObject, type: FieldType, spot: Spot, walk: Walk): JsonObject {
  const result: JsonObject = {}
  for (const key of Object.keys(value).sort()) {
    const item = value[key]
    if (item === undefined) continue
    result[key] = decodeItem(item, type, { ...spot, full: join(spot.full, key) }, walk)
  }
  return result
}

function decodeInteger(value: Json, go: 'int32' | 'int64', spot: Spot): number {
  if (typeof value !== 'number') throw mismatch(describe(value), spot, go)
  const limit = go === 'int32' ? 2 ** 31 : 2 ** 63
  const fits = Number.isInteger(value) && value >= -limit && value < limit
  if (!fits) throw mismatch(`number ${value}`, spot, go)
  return value
}

function decodeBytes(value: Json, spot: Spot): string {
  if (typeof value !== 'string') throw mismatch(describe(value), spot, '[]uint8')
  const fault = base64Fault(value)
  if (fault !== null) throw new DecodeError(`illegal base64 data at input byte ${fault}`)
  return toBase64(fromBase64(value))
}

/** Times have second precision and end in Z (metav1.Time). */
function decodeTime(value: Json, spot: Spot): string {
  if (typeof value !== 'string') throw mismatch(describe(value), spot, 'v1.Time')
  const time = new Date(value)
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\dT/.test(value)) {
    throw new DecodeError(
      `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
    )
  }
  return timeText(time)
}

export function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
