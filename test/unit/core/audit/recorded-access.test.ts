// Which certificates of the records an audit shows, and which of them no recorded approval covers.
import { describe, expect, test } from '@jest/globals'
import * as access from '../../../../src/core/audit/recorded-access.ts'
import {
  recordedCertificates,
  earlierCertificates,
  historyWithdrawn,
} from '../../../../src/core/plan/certificate-history.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import type { SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import { auditedCertificate } from '../../../build/audit-lines.ts'
import { AUTHOR } from '../../../build/evidence.ts'
import { effective, subject } from '../../../build/effective.ts'
import {
  NOW,
  authority,
  issuedRecord,
  pemOf,
  requestRecord,
  secondsAfter,
} from '../../../build/issued.ts'

const NEVER = new Date(0)
const after = (seconds: number): Date => secondsAfter(NOW, seconds)

describe('a record', () => {
  const places = [{ clusterRole: 'view', namespace: 'apps' }]
  const granted = { places, roles: {}, namespaces: {} }
  const issued = issuedRecord(effective(), { granted })
  const record = requestRecord(effective(), { issued })
  const [entry] = recordedCertificates(record)
  const grant = grantGroup('acme', 'a'.repeat(20))
  const bound = (...roles: readonly string[]) => new Map([[grant, roles]])
  const at = (now: Date, of: ReadonlyMap<string, readonly string[]> | null, changes: object = {}) =>
    earlierCertificates(
      { ...record, history: [{ ...entry!, grant }], ...changes },
      NEVER,
      false,
    ).map(each => access.auditedCertificate(record, each, now, of))

  test('a certificate has the roles that bindings give it, whatever its state, until it expires', () => {
    const view = bound('view in apps', 'edit in apps')
    const roles = ['view in apps', 'edit in apps']
    expect(at(NOW, view)).toMatchObject([{ request: 'jane', state: 'in use', roles }])
    const withdrawn = historyWithdrawn({ ...record, history: [{ ...entry!, grant }] }, NOW)
    const changes = { withdrawnAt: NOW, history: withdrawn }
    expect(at(NOW, view, changes)).toMatchObject([{ state: 'withdrawn', roles }])
    expect(at(NOW, bound(), changes)).toMatchObject([{ state: 'withdrawn', roles: [] }])
    expect(at(after(8 * 86_400), view)).toMatchObject([{ state: 'expired', roles: [] }])
  })

  test('a certificate in use that lacks a granted role says that access was removed', () => {
    expect(at(NOW, bound('edit in apps'))).toMatchObject([
      { state: 'access removed', roles: ['edit in apps'] },
    ])
  })

  test('if bindings cannot be read, a certificate has the roles that were granted, also a withdrawn one', () => {
    const withdrawn = historyWithdrawn({ ...record, history: [{ ...entry!, grant }] }, NOW)
    for (const changes of [{}, { withdrawnAt: NOW, history: withdrawn }])
      expect(at(NOW, null, changes)).toMatchObject([{ roles: ['view in apps'] }])
  })

  test('a history that misses attempts begins with its second certificate, since another one worked beside the first, and abandoned ones are not missing', () => {
    const [first, second] = [3, 4].map(n => ({
      ...auditedCertificate(),
      serial: '0a',
      proof: '',
      ended: null,
      n,
      notBefore: after(n),
    }))
    const history = [second!, first!]
    const attempt = (n: number) => ({ n, objectName: `cs-${n}`, sha256: null, notAfter: null })
    const of = (changes: object) => access.historyStart({ ...record, history, ...changes })
    expect(of({})).toEqual([{ request: 'jane', begins: after(4) }])
    expect(of({ history: [first] })).toEqual([{ request: 'jane', begins: after(3) }])
    expect(of({ abandoned: [attempt(2)] })).toHaveLength(1)
    expect(of({ abandoned: [attempt(1), attempt(2), attempt(5)] })).toEqual([])
    expect(of({ history: [] })).toEqual([])
  })
})

describe('at a time', () => {
  const isValid = (changes: object, seconds: number) =>
    access.validAt(auditedCertificate(changes), after(seconds))

  test('a certificate is valid from its first to its last moment', () =>
    expect([-1, 0, 3599, 3600].map(each => isValid({}, each))).toEqual([false, true, true, false]))

  test('a certificate is valid until it expires, however its use ended', () => {
    const grant = `countersign:acme-certs:${'a'.repeat(20)}`
    for (const state of ['revoked', 'withdrawn', 'reissued', 'abandoned', 'renewed'])
      expect(isValid({ state, endedAt: after(100), grant }, 101)).toBe(true)
  })
})

test('an audit of a person has what the login requested or approved, or is for that person, and what has that name', () => {
  const people = [{ name: 'jane', login: 'requester', id: AUTHOR.id }]
  const is = (login: string, changes: object = {}) =>
    access.concerns(auditedCertificate(changes), login, people)
  expect([is('author'), is('Reviewer'), is('owner')]).toEqual([true, true, false])
  expect(is('requester', { subject: '', approval: null })).toBe(true)
  expect(is('requester', { request: 'laptop', approval: null })).toBe(true)
  // The login changed since; the id is the same.
  expect(is('requester', { request: 'web', subject: 'CN=web' })).toBe(true)
  expect(is('requester', { request: 'web', subject: 'CN=web', approval: null })).toBe(false)
  // A login that nobody knows is a name.
  expect(is('laptop', { request: 'laptop', approval: null })).toBe(true)
  expect(is('web', { subject: 'O=apps, CN=web', approval: null })).toBe(true)
  expect(is('we', { subject: 'O=apps, CN=web', approval: null })).toBe(false)
})

describe('a CertificateSigningRequest', () => {
  const leaf = authority().issue()
  const node = authority().issue({ subject: subject('O=system:nodes', 'CN=system:node:n1') })
  const object = (changes: object = {}, reason = 'Test'): SigningRequest => ({
    name: 'web-1',
    version: { uid: '1', resourceVersion: '1' },
    labels: {},
    annotations: {},
    createdAt: NOW,
    request: '',
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['client auth'],
    expirationSeconds: null,
    username: 'admin',
    groups: [],
    conditions: [{ type: 'Approved', status: 'True', reason, message: '' }],
    certificate: pemOf(leaf),
    ...changes,
  })
  const judged = (each: SigningRequest, known = false, now = NOW) => {
    const { unproved, kubelets } = access.unprovedRequests(
      [{ ...each, cluster: 'lab' }],
      'acme',
      () => known,
      now,
    )
    return [unproved.map(({ code }) => code), kubelets]
  }
  const KUBELET = {
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
    certificate: pemOf(node),
  }

  test('a certificate that no record has is a finding, whatever the reason of its approval', () => {
    for (const reason of ['Test', 'ApprovedByHand', 'CountersignApproved', 'CountersignPolicy'])
      expect(judged(object({}, reason))).toEqual([['AUDIT_UNPROVED'], []])
  })

  test('a known certificate, an expired one, one for servers and a pending request are none', () => {
    expect(judged(object(), true)).toEqual([[], []])
    expect(judged(object(), false, leaf.notAfter)).toEqual([[], []])
    expect(judged(object({ usages: ['server auth'] }))).toEqual([[], []])
    expect(judged(object({ certificate: null }))).toEqual([[], []])
  })

  test('a certificate for anybody else in the request of a kubelet is a finding', () => {
    const forged = object({ ...KUBELET, certificate: pemOf(leaf) }, 'AutoApproved')
    expect(judged(forged)).toEqual([['AUDIT_UNPROVED'], []])
  })

  test('certificates of another installation are one finding for each owner', () => {
    const of = (owner: string) => ({
      ...object({ labels: { 'countersign.dev/owner': owner } }),
      cluster: 'lab',
    })
    const all = [of('other'), of('other'), of('acme'), of("x';ls;'")]
    const { unproved } = access.unprovedRequests(all, 'acme', () => false, NOW)
    expect(unproved.map(({ code }) => code)).toEqual(Array(3).fill('AUDIT_UNPROVED'))
    expect(unproved[1]?.message).toContain('of 2 requests with the label of the owner "other"')
    expect(unproved[2]?.hint).toContain(`-l 'countersign.dev/owner=x'\\'';ls;'\\'''`)
  })

  test('the hint for a hostile name is one word of a shell', () => {
    const { unproved } = access.unprovedRequests(
      [{ ...object({ name: 'x;touch PWNED;#' }), cluster: 'lab' }],
      'acme',
      () => false,
      NOW,
    )
    expect(unproved[0]?.hint).toBe(
      "countersign csr describe 'x;touch PWNED;#' --cluster lab shows it; the guard (countersign manifests guard --cluster lab) keeps others from approving",
    )
  })

  test('a kubelet is a finding only if a person approved it', () => {
    for (const reason of ['AutoApproved', 'CountersignPolicy'])
      expect(judged(object(KUBELET, reason))).toEqual([[], [node.sha256]])
    expect(judged(object(KUBELET, 'KubectlApprove'))).toEqual([['AUDIT_UNPROVED'], []])
  })
})

test('a certificate whose record was lost is a finding until it expires, also while it is in use', () => {
  const old = auditedCertificate({ approval: null, state: 'renewed' })
  const findings = (each: object, now = NOW) =>
    access.unknownApprovals([{ ...old, ...each }], now).length
  expect([findings({}), findings({}, old.notAfter), findings({ state: 'in use' })]).toEqual([
    1, 0, 1,
  ])
  expect(findings({ serial: null })).toBe(0)
})
