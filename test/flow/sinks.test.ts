// One pair in every form, opened by openssl, kubectl, curl and node:tls. A missing sink is completed, a sink of somebody else stays
// unchanged, and one failing sink does not undo the others.
import { execFile, execFileSync } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { configText, requestText } from '../build/request-text.ts'
import { isPair, storedPair, storedRecord } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import type { Subject } from '../build/subjects.ts'
import { isInstalled } from '../build/terminal-screen.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'

/** The embedded cluster runs in this process, so the call must not block it. */
const execute = promisify(execFile)
const PASSWORD = 'correct horse'
const OWNER = 'sinks'

function policyText(namespace: string): string {
  return `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: everybody}
spec:
  selector: {paths: ["requests/**"]}
  allowed:
    commonName: {value: "*"}
    subject: {organizations: {values: [developers]}}
    usages: [digital signature, client auth]
  sinks:
  - secret: {namespaces: ["${namespace}", nowhere-at-all]}
  - kubeconfig: {secret: {namespaces: ["${namespace}"], labels: [argocd.argoproj.io/secret-type]}}
  - file: {paths: ["out/**"]}
`
}

describeSubjects('sinks', subject => {
  let workshop: Workshop

  beforeAll(async () => {
    workshop = new Workshop()
    const { backend, namespace, admin } = subject()
    workshop.useKubeconfig(backend, backend.admin)
    workshop.write('countersign.yaml', configText({ owner: OWNER, namespace }))
    workshop.write('policies/everybody.yaml', policyText(namespace))
    workshop.write('out/.keep', '')
    chmodSync(join(workshop.folder, 'out'), 0o700)
    await admin.created(secrets(subject()), {
      metadata: { name: 'password' },
      data: { word: Buffer.from(PASSWORD).toString('base64') },
    })
  })
  afterAll(() => workshop.end())

  const apply = (name: string): Promise<Ran> => workshop.run(['apply', name, '--yes'])
  const asks = (name: string, sinks: readonly string[]): void => {
    const lines = sinks.map(sink => `- ${sink}`.replaceAll('NS', subject().namespace))
    workshop.write(`requests/${name}.yaml`, requestText({ name, more: ['sinks:', ...lines] }))
  }
  const data = async (name: string): Promise<Readonly<Record<string, Buffer>>> => {
    const { body } = await subject().admin.get(`${secrets(subject())}/${name}`)
    const entries = Object.entries<string>(body.data ?? {})
    return Object.fromEntries(entries.map(([key, text]) => [key, Buffer.from(text, 'base64')]))
  }
  const pairOf = (name: string) => storedPair(subject(), subject().namespace, name)
  const record = (name: string) =>
    storedRecord(subject(), subject().namespace, `countersign-${OWNER}-${name}`)
  const csrs = async (name: string): Promise<number> => {
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
    const { body } = await subject().admin.get(path)
    const at = 'countersign.dev/request'
    return body.items.filter(({ metadata }) => metadata.annotations?.[at] === name).length
  }
  const curl = async (...args: readonly string[]): Promise<string> => {
    const { server } = subject().backend
    const review = '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'
    const asked = ['--silent', '--cacert', 'server-ca.pem', '-H', 'content-type: application/json']
    const url = `${server}/apis/authentication.k8s.io/v1/selfsubjectreviews`
    workshop.write('server-ca.pem', subject().backend.caPem)
    const answer = await execute('curl', [...asked, ...args, '--data', review, url], {
      cwd: workshop.folder,
      env: { PATH: process.env['PATH'] ?? '' },
    })
    return JSON.parse(answer.stdout).status.userInfo.username
  }

  test('sinks of every form hold one pair, and openssl, kubectl, curl and node:tls open it', async () => {
    asks('jane', [
      '{file: {path: out/jane.pem}}',
      '{file: {path: out/jane.p12, format: pkcs12}}',
      '{kubeconfig: {secret: {namespace: NS}}}',
      '{secret: {namespace: NS, keystores: {pkcs12: {passwordSecretRef: {name: password, key: word}}}}}',
    ])
    const ran = await apply('jane')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout + ran.stderr).not.toContain('PRIVATE KEY')
    const pair = await pairOf('jane-tls')
    if (pair === null) throw new Error('no Secret')
    expect(isPair(pair)).toBe(true)
    const sha256 = new X509Certificate(pair.certificate).fingerprint256

    const stored = await data('jane-tls')
    expect(Object.keys(stored)).toEqual(expect.arrayContaining(['keystore.p12', 'tls.key']))
    workshop.write('keystore.p12', stored['keystore.p12'] ?? '')
    expect(opened(workshop, 'keystore.p12', PASSWORD)).toBe(sha256)
    createSecureContext({ pfx: stored['keystore.p12'], passphrase: PASSWORD })
    workshop.write('truststore.p12', stored['truststore.p12'] ?? '')
    if (isInstalled('keytool')) {
      expect(javaReads(workshop, 'keystore.p12')).toMatch(/jane, .*PrivateKeyEntry/)
      expect(javaReads(workshop, 'keystore.p12')).toContain(sha256)
      expect(javaReads(workshop, 'truststore.p12')).toContain('trustedCertEntry')
    }

    const config = (await data('jane-kubeconfig'))['kubeconfig']
    workshop.write('jane.kubeconfig', config ?? '')
    const kubectl = readyBinaries()?.kubectl
    if (kubectl !== undefined)
      expect(await whoAmI(kubectl, join(workshop.folder, 'jane.kubeconfig'))).toMatch(/"jane"/)

    const file = join(workshop.folder, 'out/jane.pem')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(new X509Certificate(workshop.read('out/jane.pem')).fingerprint256).toBe(sha256)
    createPrivateKey(workshop.read('out/jane.pem'))
    expect(await curl('--cert', 'out/jane.pem')).toBe('jane')
    expect(opened(workshop, 'out/jane.p12', '')).toBe(sha256)
    expect(await curl('--cert', 'out/jane.p12', '--cert-type', 'P12')).toBe('jane')
  })

  test('a kubeconfig for Flux and a cluster of Argo CD hold one pair, and a deleted one is completed from the other', async () => {
    asks('robot', [
      '{kubeconfig: {secret: {namespace: NS, name: flux, key: value}}}',
      '{kubeconfig: {secret: {namespace: NS, name: argo, format: argocd}}}',
    ])
    expect(await apply('robot')).toMatchObject({ code: 0, stderr: '' })
    const { value = Buffer.of() } = await data('flux')
    workshop.write('flux.kubeconfig', value)
    const kubectl = readyBinaries()?.kubectl
    if (kubectl !== undefined)
      expect(await whoAmI(kubectl, join(workshop.folder, 'flux.kubeconfig'))).toMatch(/"robot"/)

    const before = await data('argo')
    expect(Object.keys(before).toSorted()).toEqual(['config', 'name', 'server'])
    expect(String(before['server'])).toBe(subject().backend.server)
    const { certData, keyData } = JSON.parse(String(before['config'])).tlsClientConfig
    workshop.write('robot.pem', `${atob(certData)}${atob(keyData)}`)
    expect(await curl('--cert', 'robot.pem')).toBe('robot')
    const { body } = await subject().admin.get(`${secrets(subject())}/argo`)
    expect(body.metadata.labels).toMatchObject({ 'argocd.argoproj.io/secret-type': 'cluster' })

    await subject().admin.delete(`${secrets(subject())}/argo`)
    expect((await apply('robot')).code).toBe(0)
    expect([await data('argo'), await csrs('robot')]).toEqual([before, 1])
    expect((await apply('robot')).stdout).toContain('nothing to issue')
  })

  test('complete sinks are unchanged by a second run', async () => {
    const before = await pairOf('jane-tls')
    expect((await apply('jane')).stdout).toContain('nothing to issue')
    expect(await pairOf('jane-tls')).toEqual(before)
  })

  test('a deleted sink is completed from another one, without a new certificate', async () => {
    const before = await pairOf('jane-tls')
    const count = await csrs('jane')
    await subject().admin.delete(`${secrets(subject())}/jane-kubeconfig`)
    const ran = await apply('jane')
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringContaining('missing from or changed in Secret'),
    ])
    expect(await csrs('jane')).toBe(count)
    expect((await pairOf('jane-tls'))?.certificate).toBe(before?.certificate)
    const config = String((await data('jane-kubeconfig'))['kubeconfig'])
    expect(config).toContain(Buffer.from(before?.certificate ?? '').toString('base64'))
    expect((await record('jane')).issued).toMatchObject({ n: 1, incomplete: [] })
  })

  test('sinks without any copy get a new certificate', async () => {
    const before = await pairOf('jane-tls')
    for (const name of ['jane-kubeconfig', 'jane-tls'])
      await subject().admin.delete(`${secrets(subject())}/${name}`)
    expect((await apply('jane')).code).toBe(0)
    const after = await pairOf('jane-tls')
    expect([after === null, after?.certificate === before?.certificate]).toEqual([false, false])
    expect(workshop.read('out/jane.pem')).toContain(after?.certificate ?? '-')
  })

  test('a file sink that was not writable is written by a later run', async () => {
    asks('file', ['{secret: {namespace: NS}}', '{file: {path: out/file.pem}}'])
    expect((await apply('file')).code).toBe(0)
    workshop.edit('requests/file.yaml', 'spec:\n', 'spec:\n  reissue: 1\n')
    chmodSync(join(workshop.folder, 'out'), 0o755)
    const missed = await apply('file')
    chmodSync(join(workshop.folder, 'out'), 0o700)
    expect([missed.code, missed.stdout]).toEqual([2, expect.stringContaining('SINK_INCOMPLETE')])
    expect((await apply('file')).code).toBe(0)
    const stored = await pairOf('file-tls')
    expect(workshop.read('out/file.pem')).toContain(stored?.certificate ?? '-')
  })

  test('a sink that is no longer named is reported, with the expiry of its certificate', async () => {
    asks('choice', ['{secret: {namespace: NS}}'])
    expect((await apply('choice')).code).toBe(0)
    asks('choice', ['{secret: {namespace: NS, name: chosen-tls}}'])
    const ran = await apply('choice')
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(/Secret \S+choice-tls is no longer among the sinks of choice/)
    expect([await pairOf('choice-tls'), await pairOf('chosen-tls')]).not.toContain(null)
    asks('choice', ['{secret: {namespace: NS, name: chosen-tls}}'])
    expect((await apply('choice')).stdout).not.toContain('no longer among')
  })

  /** The plan sees a Secret and refuses; the others fail under the claim. */
  const FIRST: readonly (readonly [string, string, RegExp, number?])[] = [
    [
      'a missing namespace',
      '{secret: {namespace: nowhere-at-all}}',
      /CLUSTER_NOT_SET_UP.*nowhere-at-all/,
      1,
    ],
    ['a Secret of somebody else', '{secret: {namespace: NS, name: theirs}}', /SINK_NOT_OWNED/, 1],
    [
      'a missing password',
      '{secret: {namespace: NS, name: pw-tls, keystores: {pkcs12: {passwordSecretRef: {name: none, key: x}}}}}',
      /SINK_PASSWORD/,
    ],
    [
      'a password Secret without the key',
      '{secret: {namespace: NS, name: keyless-tls, keystores: {pkcs12: {passwordSecretRef: {name: theirs, key: none}}}}}',
      /SINK_PASSWORD[^]* patch secret theirs /,
    ],
    ['a folder that others read', '{file: {path: out/open/x.pem}}', /SINK_FILE/],
    ['a file of somebody else', '{file: {path: out/theirs.pem}}', /SINK_NOT_OWNED/],
  ]

  test.each(FIRST)(
    'a sink with %s stops the first certificate before a key is made',
    async (_, sink, words, code = 2) => {
      await somebodyElse(subject(), workshop)
      asks('first', ['{secret: {namespace: NS}}', sink])
      const ran = await apply('first')
      expect([ran.code, ran.stdout]).toEqual([code, expect.stringMatching(words)])
      expect([await pairOf('first-tls'), await csrs('first')]).toEqual([null, 0])
    },
  )

  test.each(FIRST)(
    'a sink with %s does not stop a later certificate of the other sinks',
    async (_, sink, words) => {
      await somebodyElse(subject(), workshop)
      const name = `later-${FIRST.findIndex(each => each[1] === sink)}`
      asks(name, ['{secret: {namespace: NS}}'])
      expect((await apply(name)).code).toBe(0)
      const before = await pairOf(`${name}-tls`)
      asks(name, ['{secret: {namespace: NS}}', sink])
      const ran = await apply(name)
      expect([ran.code, ran.stdout]).toEqual([2, expect.stringMatching(words)])
      expect(ran.stdout).toContain('SINK_INCOMPLETE')
      const after = await pairOf(`${name}-tls`)
      expect([after === null, after?.certificate === before?.certificate]).toEqual([false, false])
      expect((await record(name)).issued.incomplete).toHaveLength(1)
      const count = await csrs(name)
      expect((await apply(name)).code).toBe(2)
      expect([await csrs(name), await pairOf(`${name}-tls`)]).toEqual([
        count,
        expect.objectContaining({ certificate: after?.certificate }),
      ])
    },
  )
})

function secrets({ namespace }: Subject): string {
  return `/api/v1/namespaces/${namespace}/secrets`
}

/** A Secret, a file and a folder that are not ours. */
async function somebodyElse({ admin, namespace }: Subject, workshop: Workshop): Promise<void> {
  await admin.post(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 'theirs' } })
  workshop.write('out/theirs.pem', 'theirs')
  workshop.write('out/open/.keep', '')
  chmodSync(join(workshop.folder, 'out/open'), 0o755)
}

/** Fingerprint of the leaf that openssl finds in a keystore. */
function opened(workshop: Workshop, file: string, password: string): string {
  const options = ['-in', file, '-nodes', '-passin', `pass:${password}`]
  const text = execFileSync('openssl', ['pkcs12', ...options], { cwd: workshop.folder }).toString()
  const leaf = new X509Certificate(text)
  createPrivateKey(text.slice(text.indexOf('-----BEGIN PRIVATE KEY')))
  return leaf.fingerprint256
}

/** The entries of a keystore as Java lists them. */
function javaReads({ folder }: Workshop, file: string): string {
  const args = ['-list', '-storetype', 'PKCS12', '-keystore', file, '-storepass', PASSWORD]
  return execFileSync('keytool', args, { cwd: folder, encoding: 'utf8' })
}

async function whoAmI(kubectl: string, kubeconfig: string): Promise<string> {
  const args = ['--kubeconfig', kubeconfig, 'auth', 'whoami', '--output', 'json']
  return (await execute(kubectl, args, { env: { HOME: '/nonexistent' } })).stdout
}
