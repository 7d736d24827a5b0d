// docs/how-to/rotate-client-ca.md on a control plane of its own: from one client CA to another, while a client calls without pause.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { APPLY_PATCH, ApiClient } from '../build/api-client.ts'
import type { Credential } from '../build/api-client.ts'
import { until } from '../build/guarded-cluster.ts'
import { realSubject } from '../build/real-subject.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { hasRealSubject } from '../build/subjects.ts'
import type { Backend } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane } from '../control-plane/start.mjs'

const NAMES = ['jane', 'leo', 'robot', 'web', 'deploy', 'backup']
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const SIGNER = 'kubernetes.io/kube-apiserver-client'

const BUNDLES = '/apis/certificates.k8s.io/v1beta1/clustertrustbundles'

interface Called {
  readonly code: number
  readonly issuer: string
}

const describeReal = hasRealSubject ? describe : describe.skip

describeReal('the client CA is replaced', () => {
  let plane: ControlPlane
  let backend: Backend
  let admin: ApiClient
  const workshop = new Workshop()
  const pki = (name: string): string => join(plane.folder, 'pki', name)
  const inShop = (name: string): string => join(workshop.folder, name)

  beforeAll(async () => {
    // Before 1.37 trust bundles are off by default.
    const apiserverFlags = [
      '--feature-gates=ClusterTrustBundle=true',
      `--runtime-config=${BUNDLES.slice('/apis/'.length)}=true`,
    ]
    plane = await startControlPlane({ separateClientCa: true, signerQps: 500, apiserverFlags })
    backend = await realSubject(plane.kubeconfig)
    admin = new ApiClient(backend, backend.admin)
    await admin.created('/api/v1/namespaces', { metadata: { name: 'apps' } })
    configure([])
    workshop.write('policies/everybody.yaml', policyText('apps'))
    for (const name of NAMES) workshop.write(`requests/${name}.yaml`, requestText({ name }))
    workshop.useKubeconfig(backend, backend.admin)
  })

  afterAll(async () => {
    admin?.close()
    await plane?.stop()
    workshop.end()
  })

  /** With these CAs of the signer, the ones that retire last. */
  function configure(trusted: readonly string[], retiring: readonly string[] = []): void {
    const data = (pems: readonly string[]): string => Buffer.from(pems.join('')).toString('base64')
    const facts = [
      ...(trusted.length === 0 ? [] : [`certificateAuthorityData: ${data(trusted)}`]),
      ...(retiring.length === 0 ? [] : [`retiring: ${data(retiring)}`]),
    ]
    const text = configText({
      owner: 'rotation',
      namespace: 'apps',
      more: ['limits: {maxRenew: 4}'],
    })
    const signers = `signers: {${SIGNER}: {${facts.join(', ')}}}`
    workshop.write('countersign.yaml', text.replace('recordNamespace: apps', `$&, ${signers}`))
  }

  async function runs(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await workshop.run(args)
    if (code !== 0) throw new Error(stdout + stderr)
    return stdout + stderr
  }

  async function stored(name: string): Promise<Credential & { readonly certificatePem: string }> {
    const { body } = await admin.get(`/api/v1/namespaces/apps/secrets/${name}-tls`)
    const text = (key: string): string => Buffer.from(body.data?.[key] ?? '', 'base64').toString()
    return { certificatePem: text('tls.crt'), keyPem: text('tls.key') }
  }

  /** Applies what manifests trust-bundle prints, and returns the CAs that a pod would then mount. */
  async function mountedCas(): Promise<readonly string[]> {
    const bundle = JSON.parse(await runs('manifests', 'trust-bundle', '-o', 'json'))
    const path = `${BUNDLES}/${bundle.metadata.name}?fieldManager=test`
    const older = { ...bundle, apiVersion: `${bundle.apiVersion}beta1` }
    const { code, text } = await admin.patch(path, older, APPLY_PATCH)
    if (code >= 300) throw new Error(text)
    const selected = await admin.get(`${BUNDLES}?fieldSelector=spec.signerName%3D${SIGNER}`)
    const pems: string = JSON.parse(selected.text).items[0].spec.trustBundle
    return pems.split(/(?<=-----END CERTIFICATE-----\n)/)
  }

  async function issuers(): Promise<Record<string, number>> {
    const count: Record<string, number> = {}
    for (const name of NAMES) {
      const { issuer } = new X509Certificate((await stored(name)).certificatePem)
      count[issuer] = (count[issuer] ?? 0) + 1
    }
    return count
  }

  async function logsIn(credential: Credential): Promise<boolean> {
    const client = new ApiClient(backend, credential)
    const { code } = await client.post(SELF, REVIEW)
    client.close()
    return code === 201
  }

  function openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: workshop.folder, stdio: 'pipe' })
  }

  /** An administrator whom the new CA signs, since the one of the control plane goes with the old CA. */
  function administratorOfNewCa(): Credential {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl(
      'req',
      '-x509',
      ...curve,
      '-keyout',
      'new-ca.key',
      '-out',
      'new-ca.crt',
      '-subj',
      '/CN=clients-2027',
      '-days',
      '30',
    )
    openssl(
      'req',
      ...curve,
      '-keyout',
      'admin.key',
      '-out',
      'admin.csr',
      '-subj',
      '/O=system:masters/CN=admin',
    )
    openssl(
      'x509',
      '-req',
      '-in',
      'admin.csr',
      '-CA',
      'new-ca.crt',
      '-CAkey',
      'new-ca.key',
      '-CAcreateserial',
      '-out',
      'admin.crt',
      '-days',
      '2',
    )
    const text = (name: string): string => readFileSync(inShop(name), 'utf8')
    return { certificatePem: text('admin.crt'), keyPem: text('admin.key') }
  }

  /** With the stored certificate of jane, read again after each four calls. */
  async function callWithoutPause(calls: Called[], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const pair = await stored('jane')
      const client = new ApiClient(backend, pair)
      const { issuer } = new X509Certificate(pair.certificatePem)
      for (let count = 0; count < 4; count++)
        calls.push({ code: (await client.post(SELF, REVIEW)).code, issuer })
      client.close()
    }
  }

  test('from two CAs to one, no call of a client fails, and status says when the old one may go', async () => {
    const old = readFileSync(pki('client-ca.crt'), 'utf8')
    await runs('apply', '--yes')
    expect(await issuers()).toEqual({ 'CN=kubernetes-client-ca': NAMES.length })
    const unknown = await workshop.run(['manifests', 'trust-bundle'])
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('no signer of test has certificateAuthorityData'),
    ])
    let isOver = false
    const calls: Called[] = []
    const calling = callWithoutPause(calls, () => isOver)
    try {
      const successor = administratorOfNewCa()
      const fresh = readFileSync(inShop('new-ca.crt'), 'utf8')
      appendFileSync(pki('client-ca-bundle.crt'), fresh)
      await until(() => logsIn(successor))
      const former = backend.admin
      admin = new ApiClient(backend, successor)
      workshop.useKubeconfig(backend, successor)

      configure([old, fresh, old])
      expect(await runs('plan')).toContain('nothing to issue, renew or withdraw')
      expect(await mountedCas()).toEqual([old, fresh])

      // Too early: the signer still uses the old CA. Nothing is lost.
      configure([old, fresh], [old])
      const tooEarly = await workshop.run(['apply', '--yes'])
      expect([tooEarly.code, tooEarly.stdout + tooEarly.stderr]).toEqual([
        2,
        expect.stringContaining('CERTIFICATE_CHAIN'),
      ])
      expect(await issuers()).toEqual({ 'CN=kubernetes-client-ca': NAMES.length })
      configure([old, fresh])
      writeFileSync(pki('client-ca.key'), readFileSync(inShop('new-ca.key')))
      writeFileSync(pki('client-ca.crt'), fresh)
      await until(async () => {
        const { certificatePem = '' } = await backend.user('probe', [], [])
        return new X509Certificate(certificatePem).issuer === 'CN=clients-2027'
      })

      configure([old, fresh], [old])
      expect(await runs('plan')).toContain('its CA retires')
      await runs('apply', '--yes')
      expect(await issuers()).toEqual({ 'CN=kubernetes-client-ca': 2, 'CN=clients-2027': 4 })
      expect(await runs('status')).toContain('2 of 6 certificates in use are of it')
      await runs('apply', '--yes')
      expect(await issuers()).toEqual({ 'CN=clients-2027': 6 })
      expect(await runs('status')).toContain(
        'the CA CN=kubernetes-client-ca of kubernetes.io/kube-apiserver-client retires on test: no certificate in use is of it',
      )

      writeFileSync(pki('client-ca-bundle.crt'), plane.caPem + fresh)
      await until(async () => !(await logsIn(former)))
      const seen = calls.length
      configure([fresh])
      expect(await runs('plan')).toContain('nothing to issue, renew or withdraw')
      expect(await mountedCas()).toEqual([fresh])
      await until(async () => calls.length > seen + 20)
    } finally {
      isOver = true
    }
    await calling
    expect(calls.filter(({ code }) => code !== 201)).toEqual([])
    expect(new Set(calls.map(({ issuer }) => issuer))).toEqual(
      new Set(['CN=kubernetes-client-ca', 'CN=clients-2027']),
    )
    process.stdout.write(`${calls.length} calls, none failed\n`)
  })
})
