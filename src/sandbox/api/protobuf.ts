// Bodies in Kubernetes' protobuf, which kubectl sends: the envelope, and the kinds served here → JSON
// (k8s.io/apimachinery/pkg/runtime/serializer/protobuf; field numbers from the generated.proto of each group).
import { toBase64 } from '../kinds/go-base64.ts'
import { memberObject, textAt } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'
import { badRequest } from '../kinds/status-error.ts'

export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

type Kind =
  | 'text'
  | 'bytes'
  | 'number'
  | 'bool'
  | 'time'
  | { readonly message: Message }
  | { readonly list: Kind }
  | { readonly map: Kind }
/** Field number → name and type. */
type Message = Readonly<Record<number, readonly [string, Kind]>>

const TIME: Message = { 1: ['seconds', 'number'] }
const META: Message = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  5: ['uid', 'text'],
  6: ['resourceVersion', 'text'],
  7: ['generation', 'number'],
  8: ['creationTimestamp', 'time'],
  11: ['labels', { map: 'text' }],
  12: ['annotations', { map: 'text' }],
  14: ['finalizers', { list: 'text' }],
}

const CONDITION: Message = {
  1: ['type', 'text'],
  2: ['reason', 'text'],
  3: ['message', 'text'],
  4: ['lastUpdateTime', 'time'],
  5: ['lastTransitionTime', 'time'],
  6: ['status', 'text'],
}

const SIGNING_REQUEST_SPEC: Message = {
  1: ['request', 'bytes'],
  2: ['username', 'text'],
  4: ['groups', { list: 'text' }],
  5: ['usages', { list: 'text' }],
  7: ['signerName', 'text'],
  8: ['expirationSeconds', 'number'],
}

const RESOURCE_ATTRIBUTES: Message = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
}

const MESSAGES: Readonly<Record<string, Message>> = {
  Secret: {
    1: ['metadata', { message: META }],
    2: ['data', { map: 'bytes' }],
    3: ['type', 'text'],
    4: ['stringData', { map: 'text' }],
    5: ['immutable', 'bool'],
  },
  ConfigMap: {
    1: ['metadata', { message: META }],
    2: ['data', { map: 'text' }],
    3: ['binaryData', { map: 'bytes' }],
    4: ['immutable', 'bool'],
  },
  Namespace: { 1: ['metadata', { message: META }] },
  CertificateSigningRequest: {
    1: ['metadata', { message: META }],
    2: ['spec', { message: SIGNING_REQUEST_SPEC }],
    3: [
      'status',
      {
        message: {
          1: ['conditions', { list: { message: CONDITION } }],
          2: ['certificate', 'bytes'],
        },
      },
    ],
  },
  ServiceAccount: { 1: ['metadata', { message: META }] },
  TokenRequest: { 2: ['spec', { message: { 4: ['expirationSeconds', 'number'] } }] },
  SelfSubjectRulesReview: { 2: ['spec', { message: { 1: ['namespace', 'text'] } }] },
  SelfSubjectReview: { 1: ['metadata', { message: META }] },
  SelfSubjectAccessReview: {
    2: [
      'spec',
      {
        message: {
          1: ['resourceAttributes', { message: RESOURCE_ATTRIBUTES }],
          2: ['nonResourceAttributes', { message: { 1: ['path', 'text'], 2: ['verb', 'text'] } }],
        },
      },
    ],
  },
  DeleteOptions: {
    2: ['preconditions', { message: { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] } }],
    4: ['propagationPolicy', 'text'],
    5: ['dryRun', { list: 'text' }],
  },
}

const ENVELOPE: Message = {
  1: ['typeMeta', { message: { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] } }],
  2: ['raw', 'bytes'],
}

/** JSON text of a body; throws a 400 for what is no such envelope, or a kind that is not served. */
export function protobufToJson(body: Uint8Array): string {
  const bytes = Buffer.from(body)
  if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0') throw malformed()
  const envelope = readMessage(bytes.subarray(4), ENVELOPE)
  const type = memberObject(envelope, 'typeMeta')
  const kind = textAt(type, 'kind')
  const message = MESSAGES[kind]
  const raw = envelope['raw']
  if (message === undefined)
    throw badRequest(`the embedded cluster reads no protobuf of a ${kind}: apply it from a file`)
  const object = typeof raw === 'string' ? readMessage(Buffer.from(raw, 'base64'), message) : {}
  return JSON.stringify({ ...type, ...object })
}

function malformed(): Error {
  return badRequest('the object provided is unrecognized: the body is not a known protobuf message')
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length
  }

  varint(): number {
    let value = 0n
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw malformed()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(BigInt.asIntN(64, value))
    }
    throw malformed()
  }

  chunk(): Buffer {
    const length = this.varint()
    const end = this.#at + length
    if (length < 0 || end > this.#bytes.length) throw malformed()
    const chunk = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return chunk
  }
}

function readMessage(bytes: Buffer, message: Message): JsonObject {
  const reader = new Reader(bytes)
  const object: JsonObject = {}
  while (!reader.isOver) {
    const tag = reader.varint()
    const wire = tag & 7
    if (wire !== 0 && wire !== 2) throw malformed()
    const content = wire === 0 ? reader.varint() : reader.chunk()
    const field = message[tag >> 3]
    if (field !== undefined) store(object, field[0], field[1], content)
  }
  return object
}

function store(object: JsonObject, name: string, kind: Kind, content: number | Buffer): void {
  if (typeof kind === 'object' && 'list' in kind) {
    const before = object[name]
    const list = Array.isArray(before) ? before : []
    object[name] = [...list, valueOf(kind.list, content)]
  } else if (typeof kind === 'object' && 'map' in kind) {
    const entry = readMessage(bufferOf(content), { 1: ['key', 'text'], 2: ['value', kind.map] })
    memberObject(object, name)[textAt(entry, 'key')] = entry['value'] ?? ''
  } else {
    const value = valueOf(kind, content)
    if (value !== null) object[name] = value
  }
}

function bufferOf(content: number | Buffer): Buffer {
  if (typeof content === 'number') throw malformed()
  return content
}

function valueOf(kind: Kind, content: number | Buffer): Json {
  if (kind === 'number' || kind === 'bool') {
    if (typeof content !== 'number') throw malformed()
    return kind === 'bool' ? content !== 0 : content
  }
  const bytes = bufferOf(content)
  if (kind === 'text') return bytes.toString('utf8')
  if (kind === 'bytes') return toBase64(bytes)
  if (kind === 'time') return timeOf(readMessage(bytes, TIME))
  return 'message' in kind ? readMessage(bytes, kind.message) : null
}

/** Go's zero time is no time. */
function timeOf({ seconds }: JsonObject): string | null {
  return typeof seconds === 'number' && seconds > 0
    ? new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
    : null
}
