import { describe, expect, test } from '@jest/globals'
import { protobufToJson } from '../../../../src/sandbox/api/protobuf.ts'

/** A length-delimited field, or a varint. */
function field(number: number, value: string | Buffer | number): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)])
  const bytes = Buffer.from(value)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left % 128) | 0x80)
  }
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields)
}

function envelope(kind: string, raw: Buffer): Buffer {
  const type = message(field(1, 'v1'), field(2, kind))
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw)])
}

describe('a protobuf body', () => {
  test('the body of a Secret is read with data and labels', () => {
    const labels = message(field(1, 'app'), field(2, 'x'))
    const metadata = message(field(1, 'jane-tls'), field(3, 'apps'), field(11, labels))
    const data = message(field(1, 'tls.key'), field(2, Buffer.from([0, 255])))
    const raw = message(field(1, metadata), field(2, data), field(3, 'Opaque'), field(5, 1))
    expect(JSON.parse(protobufToJson(envelope('Secret', raw)))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'jane-tls', namespace: 'apps', labels: { app: 'x' } },
      data: { 'tls.key': 'AP8=' },
      type: 'Opaque',
      immutable: true,
    })
  })

  test('the body of an approval is read with times and lists', () => {
    const time = field(1, 1_893_456_000)
    const condition = message(
      field(1, 'Approved'),
      field(6, 'True'),
      field(4, time),
      field(5, field(1, 0)),
    )
    const spec = message(field(1, 'pem'), field(5, 'client auth'), field(5, 'any'), field(8, 600))
    const raw = message(field(2, spec), field(3, field(1, condition)), field(99, 'unknown'))
    expect(JSON.parse(protobufToJson(envelope('CertificateSigningRequest', raw)))).toMatchObject({
      spec: { request: 'cGVt', usages: ['client auth', 'any'], expirationSeconds: 600 },
      status: {
        conditions: [{ type: 'Approved', status: 'True', lastUpdateTime: '2030-01-01T00:00:00Z' }],
      },
    })
  })

  test.each([
    ['without the envelope', Buffer.from('{}')],
    ['that is truncated', envelope('Secret', Buffer.from([0x0a, 0x05, 0x00]))],
    ['with a group', envelope('Secret', Buffer.from([0x0b]))],
    ['with an endless number', envelope('Secret', Buffer.alloc(12, 0xff))],
  ])('a body %s is refused', (_what, bytes) => {
    expect(() => protobufToJson(bytes)).toThrow('the body is not a known protobuf message')
  })

  test('a body of a kind that is not read is refused with its name', () => {
    expect(() => protobufToJson(envelope('Pod', Buffer.alloc(0)))).toThrow(
      'the embedded cluster reads no protobuf of a Pod: apply it from a file',
    )
  })
})
