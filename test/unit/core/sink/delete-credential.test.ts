import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { sinkTarget } from '../../../../src/domain/request/sink.ts'
import {
  leftBehind,
  noLongerNamed,
  notAsWritten,
  notOurs,
  otherSink,
  reportLeftover,
} from '../../../../src/core/sink/delete-credential.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { issuedRecord } from '../../../build/issued.ts'

const HOLDER = { owner: 'acme', request: 'jane', cluster: 'prod' }
const MARKS = { 'countersign.dev/request': 'jane', 'countersign.dev/cluster': 'prod' }

function stored(owner: string | null, annotations: Record<string, string> = MARKS) {
  return {
    namespace: 'apps',
    name: 'jane-tls',
    version: { uid: 'u', resourceVersion: '1' },
    isImmutable: false,
    type: 'kubernetes.io/tls',
    labels: owner === null ? {} : { 'countersign.dev/owner': owner },
    annotations,
    data: new Secret({}),
  }
}

describe('the deletion of a credential', () => {
  test('a Secret of this owner, request and cluster is deleted', () => {
    expect(notOurs(stored('acme'), HOLDER)).toBeNull()
  })

  test.each([
    ['has no marks', stored(null)],
    ['is of another owner', stored('other')],
    ['is of another request', stored('acme', { ...MARKS, 'countersign.dev/request': 'mark' })],
    ['is of another cluster', stored('acme', { ...MARKS, 'countersign.dev/cluster': 'test' })],
  ])('a Secret that %s is not deleted', (_, found) => {
    expect(notOurs(found, HOLDER)?.code).toBe('SINK_NOT_DELETED')
  })

  test('a kubeconfig is deleted from the sink that it is stored in', () => {
    const into = { kind: 'artifact', name: 'x', format: null, recipients: [] } as const
    expect(otherSink({ kind: 'kubeconfig', into })).toEqual(into)
    expect(() => otherSink(secretSink())).toThrow(RangeError)
  })

  test('a GitHub secret is deleted only if it was not written since', () => {
    const sink = {
      kind: 'githubSecret',
      repository: 'a/b',
      environment: 'e',
      name: 'N',
      format: null,
    } as const
    const updatedAt = new Date(1000)
    const written = { target: 'N', keyId: '1', sha256: 'ab', updatedAt }
    expect(notAsWritten(sink, written, new Date(1000))).toBeNull()
    expect(notAsWritten(sink, written, new Date(2000))?.code).toBe('SINK_NOT_DELETED')
    expect(notAsWritten(sink, null, updatedAt)?.code).toBe('SINK_NOT_DELETED')
  })

  test.each([
    ['artifact', { kind: 'artifact', name: 'x', format: null, recipients: [] }, 'retention'],
    [
      'githubSecret',
      { kind: 'githubSecret', repository: 'a/b', environment: 'e', name: 'N', format: null },
      'gh secret delete N --env e --repo a/b',
    ],
    ['file', { kind: 'file', path: 'x.pem', format: null }, 'machine'],
  ] as const)('the hint for a sink of kind %s says who deletes it', (_, sink, hand) => {
    expect(leftBehind(sink)).toMatchObject({
      code: 'SINK_NOT_DELETED',
      hint: expect.stringContaining(hand),
    })
  })
})

describe('a sink that is in the record and in no file', () => {
  test('a sink that no file lists is reported by name and not deleted', () =>
    expect(reportLeftover('Secret apps/jane-tls', { name: 'jane' })).toMatchObject({
      code: 'SINK_NOT_DELETED',
      message: expect.stringContaining('Secret apps/jane-tls may hold the certificate of jane'),
    }))
})

describe('a sink that the request no longer lists', () => {
  const sink = secretSink()
  const target = sinkTarget(sink)
  const told = (incomplete: readonly string[], written: readonly string[]) =>
    noLongerNamed(
      effective({ sinks: [] }),
      issuedRecord(effective({ sinks: [sink] }), { incomplete, written }),
      new Date('2030-01-08T00:00:00Z'),
    ).map(({ message }) => message)

  test('a removed sink is reported with the previous certificate', () => {
    expect(told([], [target])).toEqual([
      `${target} is no longer among the sinks of jane, and holds the certificate before, which works until 2030-01-08T00:00:00.000Z`,
    ])
  })

  test('a removed sink may hold the previous certificate where the last write failed', () => {
    expect(told([target], [target])[0]).toContain('may hold the certificate before')
  })

  test('a removed sink is not reported where nothing was written to it, or where it is still listed', () => {
    expect(told([target], [])).toEqual([])
    const before = issuedRecord(effective({ sinks: [sink] }), { written: [target] })
    expect(noLongerNamed(effective({ sinks: [sink] }), before, new Date(0))).toEqual([])
  })
})
