import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { StoredSecret } from '../../../../src/domain/cluster/stored-secret.ts'
import { deliverSecret, holds } from '../../../../src/core/sink/deliver-credential.ts'
import type { Locks } from '../../../../src/ports/locks.ts'
import type { Secrets } from '../../../../src/ports/secrets.ts'
import { sinkConflict } from '../../../../src/core/sink/sink-ownership.ts'
import { secretManifest } from '../../../../src/core/sink/secret-layout.ts'
import { approvedStep } from '../../../build/approved.ts'
import { secretPlaceWith } from '../../../build/effective.ts'
import { authority } from '../../../build/issued.ts'
import { codesOf } from '../../../build/request.ts'
import { standIn } from '../../../build/stand-in.ts'

const SINK = secretPlaceWith()
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

/** The Secret as it is after it was applied. */
function stored(changes: Partial<StoredSecret> = {}): StoredSecret {
  return {
    ...manifest,
    version: { uid: 'u', resourceVersion: '1' },
    isImmutable: false,
    ...changes,
  }
}

describe('a Secret that is written', () => {
  const delivered = async (after: StoredSecret) => {
    const secrets = standIn<Secrets>({ apply: async () => ({ kind: 'applied', stored: after }) })
    const place = { place: SINK, stored: null, password: null }
    return deliverSecret(place, payload, secrets, standIn<Locks>({}))
  }

  test('is compared with what the API server answers: a webhook may have changed it', async () => {
    expect(await delivered(stored())).toMatchObject({ ok: true })
    for (const changes of [{ labels: {} }, { type: 'Opaque' }, { data: new Secret({}) }])
      expect(codesOf(await delivered(stored(changes)))).toEqual(['SINK_DIFFERS'])
  })
})

describe('a Secret that exists', () => {
  test.each([
    ['that does not exist', null],
    ['that countersign wrote for this request', stored()],
  ])('a Secret %s may be written', (_, found) => {
    expect(sinkConflict(found, SINK, HOLDER, true)).toBeNull()
  })

  const foreign = stored({ labels: {}, annotations: {} })

  test('a Secret of another writer is SINK_NOT_OWNED', () => {
    expect(sinkConflict(foreign, SINK, HOLDER, true)).toEqual({
      code: 'SINK_NOT_OWNED',
      at: null,
      message: 'Secret apps/jane-tls exists and was not written by countersign',
      hint: 'name another Secret; or take it over with adopt: true at sinks[].secret of the request and of its policy',
    })
  })

  test('a Secret of another writer may be written with adopt: true', () => {
    expect(sinkConflict(foreign, secretPlaceWith({ adopt: true }), HOLDER, true)).toBeNull()
  })

  test.each([
    ['owner', { owner: 'other' }],
    ['request', { request: 'web' }],
    ['cluster', { cluster: 'staging' }],
  ])('a Secret of another %s is PLAN_NAME_TAKEN, with or without adopt', (_, changes) => {
    const problem = {
      code: 'PLAN_NAME_TAKEN',
      message: 'Secret apps/jane-tls holds the certificate of jane, owned by acme',
    }
    const holder = { ...HOLDER, ...changes }
    expect(sinkConflict(stored(), SINK, holder, true)).toMatchObject(problem)
    expect(sinkConflict(stored(), secretPlaceWith({ adopt: true }), holder, true)).toMatchObject(
      problem,
    )
  })

  test('a Secret of the same request below another owner names the changed name and both ways out', () => {
    const hint = (changes: Partial<typeof HOLDER>) =>
      sinkConflict(stored(), SINK, { ...HOLDER, ...changes }, true)?.hint
    expect(hint({ owner: 'new' })).toBe(
      'metadata.name in countersign.yaml is new: if it was acme before, set it back; otherwise name another Secret',
    )
    expect(hint({ owner: 'new', request: 'web' })).toBe('name another Secret')
  })
})

describe('the type of a Secret', () => {
  test.each([
    [null, true],
    [null, false],
    [stored(), true],
    [stored({ type: 'Opaque' }), false],
  ])('a Secret of a type that matches may be written (case %#)', (found, hasKey) => {
    expect(sinkConflict(found, SINK, HOLDER, hasKey)).toBeNull()
  })

  test.each([
    [stored(), false, 'is of type kubernetes.io/tls, and has to be Opaque'],
    [stored({ type: 'Opaque' }), true, 'is of type Opaque, and has to be kubernetes.io/tls'],
  ])('a Secret of another type is SINK_TYPE (case %#)', (found, hasKey, words) => {
    expect(sinkConflict(found, SINK, HOLDER, hasKey)).toMatchObject({
      code: 'SINK_TYPE',
      message: `Secret apps/jane-tls ${words} for this request`,
    })
  })
})

describe('a Secret in the cluster and its manifest', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const data = manifest.data.reveal()

  test.each([
    ['the same content', {}],
    ['more labels', { labels: { ...manifest.labels, team: 'a' } }],
    ['more annotations', { annotations: { ...manifest.annotations, note: 'b' } }],
    ['more data', { data: new Secret({ ...data, other: bytes('x') }) }],
  ])('a Secret holds what was written with %s', (_, changes) => {
    expect(holds(stored(changes), manifest)).toBe(true)
  })

  test.each([
    ['another certificate', { data: new Secret({ ...data, 'tls.crt': bytes('x') }) }],
    ['another key', { data: new Secret({ ...data, 'tls.key': bytes('x') }) }],
    ['a key with a line more', { data: new Secret({ ...data, 'tls.key': bytes('key\n') }) }],
    ['no key', { data: new Secret({ 'tls.crt': data['tls.crt'] ?? bytes('') }) }],
    ['no data', { data: new Secret({}) }],
    ['another type', { type: 'Opaque' }],
    ['a missing mark', { annotations: {} }],
    [
      'another attempt',
      { annotations: { ...manifest.annotations, 'countersign.dev/attempt': '2' } },
    ],
    ['no owner', { labels: {} }],
  ])('a Secret does not hold what was written with %s', (_, changes) => {
    expect(holds(stored(changes), manifest)).toBe(false)
  })
})
