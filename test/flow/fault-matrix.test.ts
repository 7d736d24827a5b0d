// Every fault of network, other users and signers between the built command line and an API server, the real one if available:
// each has its outcome, none stores a wrong certificate, and the next apply repairs it.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { X509Certificate, randomBytes } from 'node:crypto'
import { createAuthority, newKeyPair } from '../../src/sandbox/signer/certificate-authority.ts'
import type { Authority } from '../../src/sandbox/signer/certificate-authority.ts'
import type { GoRequest } from '../../src/sandbox/signer/go-request.ts'
import { issueCertificate } from '../../src/sandbox/signer/issued-certificate.ts'
import { requestOf } from '../../src/sandbox/kinds/pem-fault.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import { subject as named } from '../build/effective.ts'
import { startFaultProxy } from '../build/fault-proxy.ts'
import type { FaultProxy, FaultRule } from '../build/fault-proxy.ts'
import { rows } from '../build/extent.ts'
import { configText, configure, requestText } from '../build/request-text.ts'
import { SIGNING_REQUESTS, condition, withConditions } from '../build/signing-requests.ts'
import { isPair, storedPair } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, rulesOf } from '../build/workshop.ts'
import type { ApiObject } from '../build/api-object.ts'
const DAY = 24 * 3600
const SIGNER = 'example.com/matrix'
const CREATE = { method: 'POST', path: /certificatesigningrequests$/ }
const APPROVAL = { method: 'PUT', path: /\/approval$/ }
const READ = { method: 'GET', path: /certificatesigningrequests\/[^/?]+$/ }
const WATCH = { method: 'GET', path: /certificatesigningrequests\?.*watch=1/ }
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const preload = (file: string): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import=${new URL(`../build/${file}`, import.meta.url).pathname}`,
})

/** Preloads that shorten a wait for something that never comes. */
const HURRIED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  stall: preload('short-api-timeout.mjs'),
  'no signer': preload('skip-long-waits.mjs'),
}
/** Faults of a short run: one for each kind of failure. */
const SHORT = new Set([
  '500',
  'watch cut',
  'stale read',
  'a foreign denier',
  'recreated under the name',
  'certificate for another key',
  'no signer',
])

const FAULTS: readonly (readonly [string, string])[] = [
  ['409', 'issued'],
  ['410', 'issued'],
  ['429 with Retry-After', 'issued'],
  ['500', 'issued'],
  ['503', 'issued'],
  ['reset mid-body', 'issued'],
  ['stall', 'issued'],
  ['watch cut', 'issued'],
  ['stale read', 'issued'],
  ['a foreign approver', 'issued'],
  ['a foreign denier', 'CLUSTER_DENIED'],
  ['object deleted', 'CLUSTER_DELETED'],
  ['recreated under the name', 'CLUSTER_REPLACED'],
  ['certificate for another key', 'CERTIFICATE_KEY'],
  ['another subject', 'CERTIFICATE_NAMES'],
  ['shorter', 'CERTIFICATE_SHORT'],
  ['longer', 'CERTIFICATE_DATES'],
  ['with intermediates', 'issued'],
  ['expired CA', 'CERTIFICATE_CHAIN'],
  ['no signer', 'CLUSTER_UNSIGNED'],
]

function nameOf(fault: string): string {
  return `f-${fault.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
}

describeSubjects('a fault', subject => {
  const workshop = new Workshop()
  const life = { notBefore: new Date('2020-01-01'), notAfter: new Date('2040-01-01') }
  const root = createAuthority({ name: 'matrix', ...life }, random)
  const inner = createAuthority({ name: 'inner', issuer: root, ...life }, random)
  const past = createAuthority(
    { name: 'past', notBefore: life.notBefore, notAfter: new Date('2021-01-01') },
    random,
  )
  let proxy: FaultProxy
  let cut = 0

  beforeAll(async () => {
    const words = { owner: subject().name('matrix'), namespace: subject().namespace }
    configure(workshop, words)
    const ca = Buffer.from(root.certificatePem + past.certificatePem).toString('base64')
    const signers = `signers: {${SIGNER}: {certificateAuthorityData: ${ca}}}`
    const config = configText(words).replace('provider: other', `provider: other, ${signers}`)
    workshop.write('countersign.yaml', config)
    for (const [name] of FAULTS)
      workshop.write(
        `requests/${nameOf(name)}.yaml`,
        requestText({ name: nameOf(name), more: [`signerName: ${SIGNER}`] }),
      )
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    const printed = await workshop.run(['manifests', 'rbac', '--user', words.owner])
    expect(printed.code).toBe(0)
    const user = await subject().backend.user(words.owner, [], rulesOf(printed.stdout))
    proxy = await startFaultProxy(subject().backend, user)
    workshop.useKubeconfig(proxy, { token: 'of-nobody' })
    workshop.commit()
  })
  afterAll(async () => {
    await proxy.close()
    workshop.end()
  })

  const pathOf = (path: string): string => path.replace(/\/approval$/, '')
  const object = async (path: string): Promise<ApiObject> =>
    (await subject().admin.get(pathOf(path))).body

  async function decide(path: string, type: string): Promise<void> {
    const decided = withConditions(await object(path), condition(type, { reason: 'Stranger' }))
    const answer = await subject().admin.put(`${pathOf(path)}/approval`, decided)
    expect(answer.code).toBe(200)
  }

  /** Signs as the administrator in place of a signer. */
  function signs(make: (request: GoRequest) => string = request => sign(request)) {
    return async (path: string): Promise<void> => {
      const seen = await object(path)
      const request = requestOf(Buffer.from(seen.spec.request, 'base64').toString('latin1'))
      if (request === null) throw new Error('it is no request')
      const certificate = Buffer.from(make(request)).toString('base64')
      const status = { ...seen.status, certificate }
      const answer = await subject().admin.put(`${pathOf(path)}/status`, { ...seen, status })
      expect(answer.code).toBe(200)
    }
  }

  function sign(request: GoRequest, by: Authority = root, seconds = DAY): string {
    const usages = ['digital signature', 'client auth']
    const order = { request, usages, seconds, now: new Date() }
    return encodePem('CERTIFICATE', issueCertificate(by, order, random))
  }

  const remove = async (path: string): Promise<void> => {
    expect((await subject().admin.delete(pathOf(path))).code).toBe(200)
  }
  const recreate = async (path: string): Promise<void> => {
    const { metadata, spec, apiVersion, kind } = await object(path)
    await remove(path)
    const { name, labels, annotations } = metadata
    await subject().admin.created(SIGNING_REQUESTS, {
      apiVersion,
      kind,
      metadata: { name, labels, annotations },
      spec,
    })
  }
  const signedAs = (make: (request: GoRequest) => string): FaultRule[] => [
    { ...APPROVAL, after: signs(make) },
  ]
  const approvedByStranger = async (path: string): Promise<void> => {
    await decide(path, 'Approved')
    await signs()(path)
  }
  let old = ''
  const RULES: Readonly<Record<string, () => FaultRule[]>> = {
    '409': () => [{ ...APPROVAL, instead: { code: 409 } }],
    '410': () => [{ ...WATCH, instead: { code: 410 } }],
    '429 with Retry-After': () => [{ ...CREATE, instead: { code: 429, retryAfter: 1 } }],
    '500': () => [{ ...CREATE, instead: { code: 500 } }],
    '503': () => [{ ...APPROVAL, instead: { code: 503 } }],
    'reset mid-body': () => [{ ...CREATE, instead: 'reset' }],
    stall: () => [{ ...APPROVAL, instead: 'stall' }],
    'watch cut': () => [
      {
        ...APPROVAL,
        after: async path => {
          cut = await proxy.cutWatches()
          await signs()(path)
        },
      },
    ],
    'stale read': () => [
      {
        ...APPROVAL,
        before: async path => {
          old = JSON.stringify(await object(path))
          await approvedByStranger(path)
        },
      },
      { ...READ, stale: () => old },
    ],
    'a foreign approver': () => [{ ...APPROVAL, before: approvedByStranger }],
    'a foreign denier': () => [{ ...APPROVAL, before: path => decide(path, 'Denied') }],
    'object deleted': () => [{ ...APPROVAL, after: remove }],
    'recreated under the name': () => [{ ...APPROVAL, before: recreate }],
    'certificate for another key': () =>
      signedAs(request => sign({ ...request, spki: newKeyPair().spki })),
    'another subject': () =>
      signedAs(request => sign({ ...request, subject: named('O=developers', 'CN=root') })),
    shorter: () => signedAs(request => sign(request, root, 3600)),
    longer: () => signedAs(request => sign(request, root, 7 * DAY)),
    'with intermediates': () => signedAs(request => sign(request, inner) + inner.certificatePem),
    'expired CA': () => signedAs(request => sign(request, past)),
    'no signer': () => [{ ...APPROVAL }],
  }

  test.each(rows(FAULTS, ([fault]) => SHORT.has(fault)))(
    'the fault "%s" ends with %s, and the next apply repairs it',
    async (fault, outcome) => {
      const name = nameOf(fault)
      const good: FaultRule = { ...APPROVAL, times: 9, after: signs() }
      const rules = RULES[fault]?.() ?? []
      proxy.rules = [...rules, good]
      const env = HURRIED[fault] ?? {}
      const ran = await workshop.run(['apply', '--yes', name], { env })
      expect(proxy.hits).toBeGreaterThanOrEqual(rules.length)
      if (fault === 'watch cut') expect(cut).toBeGreaterThan(0)
      const first = await storedPair(subject(), subject().namespace, `${name}-tls`)
      const isIssued = outcome === 'issued' || outcome === 'CERTIFICATE_SHORT'
      if (outcome !== 'issued') expect(ran.stdout).toContain(outcome)
      expect({ code: ran.code, isStored: first !== null }).toEqual({
        code: isIssued ? 0 : 2,
        isStored: isIssued,
      })
      proxy.rules = [good]
      const again = await workshop.run(['apply', '--yes', name])
      expect(again.code).toBe(0)
      const healed = await storedPair(subject(), subject().namespace, `${name}-tls`)
      if (healed === null) throw new Error(again.stdout)
      expect(isPair(healed)).toBe(true)
      expect(new X509Certificate(healed.certificate).subject).toBe(`O=developers\nCN=${name}`)
      if (outcome === 'issued') expect(healed.certificate).toBe(first?.certificate)
      expect(ran.stdout + ran.stderr + again.stdout + again.stderr).not.toContain('PRIVATE KEY')
    },
  )
})
