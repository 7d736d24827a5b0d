import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Plan } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import {
  effectiveDigest,
  effectiveJson,
  planDigest,
} from '../../../../src/core/plan/plan-digests.ts'
import { writePkcs10 } from '../../../../src/lib/x509/pkcs10-write.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { clusterConfig, config, effective, secretSink, subject } from '../../../build/effective.ts'
import { NOW, REQUESTED_KEY, requestRecord, signWith } from '../../../build/issued.ts'

function digest(request: EffectiveRequest, cluster = clusterConfig()): string {
  return effectiveDigest(effectiveJson(request, cluster))
}

function ownKey(): EffectiveRequest['key'] {
  const der = writePkcs10({
    subject: subject('CN=jane'),
    sans: [],
    keyUsage: [],
    extendedKeyUsage: [],
    spki: REQUESTED_KEY.spki,
    sign: signWith(REQUESTED_KEY),
  })
  const read = readPkcs10(der)
  if (!read.ok) throw new Error(read.problems[0].message)
  return { kind: 'own', pkcs10: read.value }
}

const RICH = effective({
  organizations: ['developers', 'viewers', 'admins'],
  dnsNames: ['a.test', 'b.test'],
  ipAddresses: ['10.0.0.1', 'fd00::1'],
  uris: ['spiffe://a/b'],
  usages: ['client auth', 'digital signature', 'key encipherment'],
})

function shuffled<T>(list: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length })
}

describe('equal effective digests', () => {
  test('the effective digest is the same for any order of attributes, alternative names and usages', () => {
    const orders = fc.record({
      subject: shuffled(RICH.subject),
      sans: shuffled(RICH.sans),
      usages: shuffled(RICH.usages),
    })
    fc.assert(fc.property(orders, order => digest({ ...RICH, ...order }) === digest(RICH)))
  })

  test.each<[string, Partial<EffectiveRequest>]>([
    ['under another path', { path: 'requests/people/jane.yaml' }],
    ['with other bytes', { blob: '2'.repeat(40) }],
    ['in another format', { format: 'openssl' }],
    ['with other places', { places: new Map() }],
    ['not committed', { uncommitted: true }],
    ['renewed at another time', { renewBefore: { kind: 'seconds', seconds: 60 } }],
    ['with its attributes in one RDN', { subject: [RICH.subject.flat()] }],
    ['with a name listed twice', { sans: [...RICH.sans, ...RICH.sans] }],
  ])('the effective digest is the same for a request %s', (_, changes) => {
    expect(digest({ ...RICH, ...changes })).toBe(digest(RICH))
  })

  test('the effective digest is the same for any order of access, and the JSON without access does not name it', () => {
    const [view, edit] = ['view', 'edit'].map(clusterRole => ({
      clusterRole,
      namespaces: ['apps', 'web'] as const,
    }))
    const turned = { clusterRole: 'view', namespaces: ['web', 'apps'] } as const
    expect(digest(effective({ access: [view!, edit!] }))).toBe(
      digest(effective({ access: [edit!, turned] })),
    )
    expect(effectiveJson(effective(), clusterConfig())).not.toContain('access')
  })

  test('the effective digest is the same for any order of labels', () => {
    const labels = (...names: readonly string[]) =>
      effective({ sinks: [secretSink({ labels: Object.fromEntries(names.map(n => [n, '1'])) })] })
    expect(digest(labels('a', 'b'))).toBe(digest(labels('b', 'a')))
  })
})

const key = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' } as const
const generated = (changes: Partial<{ size: number; rotationPolicy: 'Never' }>) =>
  ({ key: { kind: 'generated', spec: { ...key, ...changes } } }) as const

/** Each differs from effective() in one member. */
const MEANINGS: readonly (readonly [string, EffectiveRequest])[] = [
  ['another name', effective({ name: 'june', commonName: 'jane', sinks: effective().sinks })],
  ['another signer', effective({ signerName: 'example.com/team' })],
  ['another common name', effective({ commonName: 'june' })],
  ['another group', effective({ organizations: ['viewers'] })],
  ['a group more', effective({ organizations: ['developers', 'viewers'] })],
  ['two groups in one', effective({ organizations: ['developers, viewers'] })],
  ['the group as a unit', effective({ subject: subject('CN=jane', 'OU=developers') })],
  ['no group', effective({ organizations: [] })],
  ['a DNS name', effective({ dnsNames: ['10.0.0.1'] })],
  ['an address', effective({ ipAddresses: ['10.0.0.1'] })],
  ['a URI', effective({ uris: ['10.0.0.1'] })],
  ['a usage more', effective({ usages: ['client auth', 'digital signature', 'key encipherment'] })],
  ['a usage less', effective({ usages: ['client auth'] })],
  ['a second more', effective({ durationSeconds: effective().durationSeconds + 1 })],
  ['a longer key', effective(generated({ size: 384 }))],
  ['a key that stays', effective(generated({ rotationPolicy: 'Never' }))],
  ['an own key', effective({ key: ownKey() })],
  ['no certificate', effective({ withdraw: true })],
  ['another own key', effective({ key: ownKey() })],
  ['another sink', effective({ sinks: [secretSink({ name: 'other' })] })],
  ['the sink elsewhere', effective({ sinks: [secretSink({ namespace: 'kube-system' })] })],
  ['a sink that adopts', effective({ sinks: [secretSink({ adopt: true })] })],
  ['no sink', effective({ sinks: [] })],
  ['asked again', effective({ reissue: 1 })],
  ['access', effective({ access: [{ clusterRole: 'view', namespaces: ['apps'] }] })],
  ['access elsewhere', effective({ access: [{ clusterRole: 'view', namespaces: ['web'] }] })],
  ['access everywhere', effective({ access: [{ clusterRole: 'view', namespaces: null }] })],
  ['another role', effective({ access: [{ clusterRole: 'edit', namespaces: ['apps'] }] })],
]

describe('different effective digests', () => {
  test.each(MEANINGS)('the effective digest changes with %s', (_, request) => {
    expect(digest(request)).not.toBe(digest(effective()))
  })

  test('the effective digest differs between any two of these requests', () => {
    expect(new Set(MEANINGS.map(([, request]) => digest(request))).size).toBe(MEANINGS.length)
  })

  test.each([
    ['name', clusterConfig({ name: 'staging' })],
    ['server', clusterConfig({ server: 'https://127.0.0.1:7443' })],
    ['CA', clusterConfig({ certificateAuthority: 'PEM' })],
  ])('the effective digest changes with another %s of the cluster', (_, cluster) => {
    expect(digest(effective(), cluster)).not.toBe(digest(effective()))
  })

  test('the effective digest changes with the order of several common names, since signers keep the last', () => {
    const names = (...rdns: readonly string[]) => digest(effective({ subject: subject(...rdns) }))
    expect(names('CN=root', 'CN=jane')).not.toBe(names('CN=jane', 'CN=root'))
    expect(names('CN=jane', 'CN=root', 'CN=jane')).not.toBe(names('CN=jane', 'CN=root'))
  })
})

test('the effective JSON is RFC 8785, and the digest is the SHA-256 of its bytes', () => {
  const json = effectiveJson(effective(), clusterConfig())
  expect(json).toMatch(/^\{"cluster":\{"certificateAuthority":null,"name":"prod","server":/)
  expect(json).toContain('"subject":["2.5.4.3=jane","2.5.4.10=developers"]')
  expect(effectiveDigest('{}')).toBe(
    '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  )
})

describe('a plan digest', () => {
  const planOf = (...requests: readonly EffectiveRequest[]): Plan =>
    planSteps({
      requests,
      refused: [],
      warnings: new Map(),
      config: config(),
      now: NOW,
      records: new Map([['prod', []]]),
    })

  test('the plan digest is the same for the same plan', () => {
    expect(planDigest(planOf(effective()))).toBe(planDigest(planOf(effective())))
  })

  test.each([
    ['another effective request', planOf(effective({ reissue: 1 }))],
    ['another name', planOf(effective({ name: 'june' }))],
    ['no step', planOf()],
    ['another kind of step', { ...planOf(effective()), steps: withdrawn() }],
  ])('the plan digest changes with %s', (_, plan) => {
    expect(planDigest(plan)).not.toBe(planDigest(planOf(effective())))
  })

  function withdrawn(): Plan['steps'] {
    const records = new Map([['prod', [requestRecord()]]])
    return planSteps({
      requests: [],
      refused: [],
      warnings: new Map(),
      config: config(),
      now: NOW,
      records,
    }).steps
  }
})
