import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { StoredSecret } from '../../../../src/domain/cluster/stored-secret.ts'
import { holds } from '../../../../src/core/sink/deliver-credential.ts'
import { sinkConflict } from '../../../../src/core/sink/sink-ownership.ts'
import { secretManifest } from '../../../../src/core/sink/secret-layout.ts'
import { approvedStep } from '../../../build/approved.ts'
import { secretSink } from '../../../build/effective.ts'
import { authority } from '../../../build/issued.ts'

const SINK = secretSink()
const HOLDER = { owner: 'acme', request: 'jane', cluster: 'prod' }
const chain = { leaf: authority().issue(), intermediates: [] }
const payload = {
  approved: approvedStep(),
  owner: 'acme',
  n: 1,
  chain,
  key: new Secret('key'),
  signerCa: null,
  server: { url: 'https://10.0.0.1:6443', ca: null },
}
const manifest = secretManifest(SINK, payload)

/** The Secret as it stands after it was applied. */
function stored(changes: Partial<StoredSecret> = {}): StoredSecret {
  return {
    ...manifest,
    version: { uid: 'u', resourceVersion: '1' },
    isImmutable: false,
    ...changes,
  }
}

describe('writing over', () => {
  test.each([
    ['nothing', null],
    ['what countersign wrote for this request', stored()],
  ])('%s is fine', (_, found) => {
    expect(sinkConflict(found, SINK, HOLDER, true)).toBeNull()
  })

  const foreign = stored({ labels: {}, annotations: {} })

  test('what somebody else wrote is SINK_NOT_OWNED', () => {
    expect(sinkConflict(foreign, SINK, HOLDER, true)).toEqual({
      code: 'SINK_NOT_OWNED',
      at: null,
      message: 'Secret apps/jane-tls exists and was not written by countersign',
      hint: 'name another Secret, or set adopt: true in the request to take it over',
    })
  })

  test('what somebody else wrote is fine with adopt: true', () => {
    expect(sinkConflict(foreign, secretSink({ adopt: true }), HOLDER, true)).toBeNull()
  })

  test.each([
    ['owner', { owner: 'other' }],
    ['request', { request: 'web' }],
    ['cluster', { cluster: 'staging' }],
  ])('what is of another %s is PLAN_NAME_TAKEN, adopt or not', (_, changes) => {
    const problem = {
      code: 'PLAN_NAME_TAKEN',
      message: 'Secret apps/jane-tls holds the certificate of jane, owned by acme',
    }
    const holder = { ...HOLDER, ...changes }
    expect(sinkConflict(stored(), SINK, holder, true)).toMatchObject(problem)
    expect(sinkConflict(stored(), secretSink({ adopt: true }), holder, true)).toMatchObject(problem)
  })
})

describe('the type of a Secret', () => {
  test.each([
    [null, true],
    [null, false],
    [stored(), true],
    [stored({ type: 'Opaque' }), false],
  ])('that fits is fine', (found, hasKey) => {
    expect(sinkConflict(found, SINK, HOLDER, hasKey)).toBeNull()
  })

  test.each([
    [stored(), false, 'is of type kubernetes.io/tls, and has to be Opaque'],
    [stored({ type: 'Opaque' }), true, 'is of type Opaque, and has to be kubernetes.io/tls'],
  ])('that does not is SINK_TYPE', (found, hasKey, words) => {
    expect(sinkConflict(found, SINK, HOLDER, hasKey)).toMatchObject({
      code: 'SINK_TYPE',
      message: `Secret apps/jane-tls ${words} for this request`,
    })
  })
})

describe('a Secret holds what was written', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const data = manifest.data.reveal()

  test.each([
    ['exactly that', {}],
    ['labels of others', { labels: { ...manifest.labels, team: 'a' } }],
    ['annotations of others', { annotations: { ...manifest.annotations, note: 'b' } }],
    ['data of others', { data: new Secret({ ...data, other: bytes('x') }) }],
  ])('with %s', (_, changes) => {
    expect(holds(stored(changes), manifest)).toBe(true)
  })

  test.each([
    ['another certificate', { data: new Secret({ ...data, 'tls.crt': bytes('x') }) }],
    ['another key', { data: new Secret({ ...data, 'tls.key': bytes('x') }) }],
    ['a key with a line more', { data: new Secret({ ...data, 'tls.key': bytes('key\n') }) }],
    ['no key', { data: new Secret({ 'tls.crt': data['tls.crt'] ?? bytes('') }) }],
    ['nothing', { data: new Secret({}) }],
    ['another type', { type: 'Opaque' }],
    ['a mark less', { annotations: {} }],
    [
      'another attempt',
      { annotations: { ...manifest.annotations, 'countersign.dev/attempt': '2' } },
    ],
    ['no owner', { labels: {} }],
  ])('but not with %s', (_, changes) => {
    expect(holds(stored(changes), manifest)).toBe(false)
  })
})
