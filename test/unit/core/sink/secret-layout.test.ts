import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import type { StoredSecret } from '../../../../src/domain/cluster/stored-secret.ts'
import {
  chainPem,
  marksOf,
  secretManifest,
  secretType,
} from '../../../../src/core/sink/secret-layout.ts'
import type { DeliveryPayload } from '../../../../src/core/sink/secret-layout.ts'
import { approvedStep } from '../../../build/approved.ts'
import { effective, secretPlaceWith } from '../../../build/effective.ts'
import { authority, pemOf } from '../../../build/issued.ts'

const root = authority('root')
const intermediate = root.authority('intermediate')
const leaf = intermediate.issue()

function payload(changes: Partial<DeliveryPayload> = {}): DeliveryPayload {
  return {
    approved: approvedStep(),
    owner: 'acme',
    n: 3,
    chain: { leaf, intermediates: [intermediate.certificate] },
    key: new Secret('the key'),
    signerCa: pemOf(root.certificate),
    server: { url: 'https://10.0.0.1:6443', ca: null },
    ...changes,
  }
}

function text(changes: Partial<DeliveryPayload> = {}): Record<string, string> {
  const { data } = secretManifest(secretPlaceWith(), payload(changes))
  return Object.fromEntries(
    Object.entries(data.reveal()).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  )
}

describe('a Secret', () => {
  test('a Secret holds leaf and intermediates, the key and the CA of the signer', () => {
    expect(text()).toEqual({
      'tls.crt': pemOf(leaf, intermediate.certificate),
      'tls.key': 'the key',
      'ca.crt': pemOf(root.certificate),
    })
  })

  test('a Secret with a key has the type kubernetes.io/tls, and one without has Opaque', () => {
    expect(secretManifest(secretPlaceWith(), payload()).type).toBe('kubernetes.io/tls')
    const theirs = payload({ key: null })
    expect(secretManifest(secretPlaceWith(), theirs).type).toBe('Opaque')
    expect(Object.keys(text({ key: null }))).toEqual(['tls.crt', 'ca.crt'])
    const types = [true, false].map(hasKey => secretType(secretPlaceWith(), hasKey))
    expect(types).toEqual(['kubernetes.io/tls', 'Opaque'])
    expect(secretType({ layout: { kind: 'argocd' } }, true)).toBe('Opaque')
  })

  test('a Secret holds no CA where the CA is unknown', () => {
    expect(Object.keys(text({ signerCa: null }))).toEqual(['tls.crt', 'tls.key'])
  })

  test('labels and annotations of a Secret name the decision, with the requested ones', () => {
    const sink = secretPlaceWith({ labels: { team: 'a' }, annotations: { note: 'b' } })
    const made = payload()
    const { labels, annotations, name, namespace } = secretManifest(sink, made)
    expect({ labels, name, namespace }).toEqual({
      labels: { team: 'a', 'countersign.dev/owner': 'acme' },
      name: 'jane-tls',
      namespace: 'apps',
    })
    expect(annotations).toEqual({
      note: 'b',
      'countersign.dev/request': 'jane',
      'countersign.dev/cluster': 'prod',
      'countersign.dev/path': 'requests/jane.yaml',
      'countersign.dev/effective': made.approved.step.effective,
      'countersign.dev/attempt': '3',
      'countersign.dev/sha256': leaf.sha256,
      'countersign.dev/not-after': leaf.notAfter.toISOString(),
      'countersign.dev/proof': made.approved.proof.digest,
    })
  })

  test('the annotations in a request do not overwrite the marks', () => {
    const lies = { 'countersign.dev/request': 'root', 'countersign.dev/attempt': '99' }
    const sink = secretPlaceWith({
      annotations: lies,
      labels: { 'countersign.dev/owner': 'other' },
    })
    const { annotations, labels } = secretManifest(sink, payload())
    expect(annotations).toMatchObject({
      'countersign.dev/request': 'jane',
      'countersign.dev/attempt': '3',
    })
    expect(labels).toEqual({ 'countersign.dev/owner': 'acme' })
  })

  test('a Secret does not print its key', () => {
    const manifest = secretManifest(secretPlaceWith(), payload())
    expect(JSON.stringify(manifest)).not.toContain('the key')
  })
})

test('a chain has the leaf first and no root', () => {
  expect(chainPem({ leaf, intermediates: [] })).toBe(pemOf(leaf))
})

describe('the marks of a Secret', () => {
  const { labels, annotations } = secretManifest(secretPlaceWith(), payload())
  const stored = (changes: Partial<StoredSecret>): StoredSecret => ({
    namespace: 'apps',
    name: 'jane-tls',
    version: { uid: 'u', resourceVersion: '1' },
    isImmutable: false,
    type: 'kubernetes.io/tls',
    labels,
    annotations,
    data: new Secret({}),
    ...changes,
  })
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== name))

  test('marks are read as they were written', () => {
    const { effective: digest } = approvedStep(effective()).step
    expect(marksOf(stored({}))).toEqual({
      owner: 'acme',
      request: 'jane',
      cluster: 'prod',
      effective: digest,
      n: 3,
    })
  })

  test.each([
    ['owner', { labels: {} }],
    ['request', { annotations: without('countersign.dev/request') }],
    ['cluster', { annotations: without('countersign.dev/cluster') }],
  ])('a Secret without the mark of %s has no marks', (_, changes) => {
    expect(marksOf(stored(changes))).toBeNull()
  })

  test.each([
    ['without an attempt', { annotations: without('countersign.dev/attempt') }],
    ['with a word as attempt', { annotations: { ...annotations, 'countersign.dev/attempt': 'x' } }],
  ])('marks %s have no attempt', (_, changes) => {
    expect(marksOf(stored(changes))?.n).toBeNaN()
  })
})
