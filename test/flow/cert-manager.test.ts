// cert-manager's signers behind code review, on a real control plane with cert-manager's own controllers: plan, issue, check, renew, and
// what is refused. Configuration, policy and issuers are the YAML of docs/how-to/cert-manager.md.
import { execFileSync } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import type { ApiObject } from '../build/api-object.ts'
import type { ActionRan } from '../build/runner.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { Workshop } from '../build/workshop.ts'
import { until } from '../build/guarded-cluster.ts'
import { ODD, hasCertManager, openSigningCluster } from '../cert-manager/signing-cluster.ts'
import type { SigningCluster } from '../cert-manager/signing-cluster.ts'

const describeCertManager = hasCertManager() ? describe : describe.skip
const PRIVATE = 'clusterissuers.cert-manager.io/private-ca'
const SECRETS = '/api/v1/namespaces/apps/secrets'
/** Between the renewal time of certificates for 90 days and their end. */
const LATER_MS = 70 * 86_400_000
const KEYS = [
  { algorithm: 'RSA', size: 2048 },
  { algorithm: 'ECDSA', size: 256 },
  { algorithm: 'ECDSA', size: 384 },
  { algorithm: 'Ed25519' },
] as const

interface Asked {
  readonly name: string
  readonly path: string
  readonly issuer: 'private-ca' | 'team-ca'
  readonly spec: Readonly<Record<string, unknown>>
  /** As Node prints them. */
  readonly sans: string
}

/** Half of them from each issuer, with every kind of key and name. */
const ASKED: readonly Asked[] = Array.from({ length: 50 }, (_, index) => asked(index))

function asked(index: number): Asked {
  const name = `s${index}`
  const host = `${name}.example.com`
  const isServer = index % 2 === 0
  const issuer = isServer ? 'private-ca' : 'team-ca'
  const more = [
    { names: {}, sans: '' },
    { names: { ipAddresses: [`10.0.0.${index}`] }, sans: `, IP Address:10.0.0.${index}` },
    {
      names: { uris: [`spiffe://example.com/${name}`] },
      sans: `, URI:spiffe://example.com/${name}`,
    },
    { names: { emailAddresses: [`${name}@example.com`] }, sans: `, email:${name}@example.com` },
  ][Math.floor(index / 2) % 4]
  return {
    name,
    path: `requests/${isServer ? 'servers' : 'team'}/${name}.yaml`,
    issuer,
    spec: {
      commonName: host,
      subject: { organizations: ['Acme'] },
      privateKey: KEYS[Math.floor(index / 2) % KEYS.length],
      dnsNames: [host],
      ...more?.names,
    },
    sans: `DNS:${host}${more?.sans ?? ''}`,
  }
}

function requestFile(name: string, spec: object): string {
  return stringify({
    apiVersion: 'countersign.dev/v1',
    kind: 'CertificateRequest',
    metadata: { name },
    spec,
  })
}

function oddFile(name: string, signerName: string): Readonly<Record<string, string>> {
  const usages = ['digital signature', 'server auth']
  const spec = { signerName, usages, dnsNames: [`${name}.example.com`] }
  return { [`requests/odd/${name}.yaml`]: requestFile(name, spec) }
}

describeCertManager("cert-manager's signers", () => {
  let cluster: SigningCluster
  const started = Math.floor(Date.now() / 1000) * 1000
  const folder = mkdtempSync(join(tmpdir(), 'countersign-checked-'))
  const workshop = new Workshop()

  beforeAll(async () => {
    cluster = await openSigningCluster()
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    workshop.end()
    expect(await cluster?.end()).toEqual([])
  })

  let pulls = 0
  const merges = (files: Readonly<Record<string, string>>): void =>
    cluster.acme.merges(++pulls, files)
  const secretOf = async (name: string): Promise<ApiObject> =>
    (await cluster.admin.get(`${SECRETS}/${name}-tls`)).body
  const entry = ({ data }: ApiObject, key: string): string =>
    Buffer.from(data[key] ?? '', 'base64').toString()
  const outcomesOf = ({ result }: ActionRan) =>
    new Map(result.outcomes.map(outcome => [outcome.name, outcome]))
  const codesOf = ({ result }: ActionRan, wanted: string) =>
    result.steps.find(({ name }) => name === wanted)?.problems.map(({ code }) => code)
  const requestsFor = async (signer: string): Promise<readonly ApiObject[]> =>
    (await cluster.admin.get(SIGNING_REQUESTS)).body.items.filter(
      ({ spec }) => spec.signerName === signer,
    )

  /** Checks the pair of one request with OpenSSL and Node, and returns its certificate. */
  async function checked({ name, issuer, sans }: Asked): Promise<X509Certificate> {
    const secret = await secretOf(name)
    const [chain, key] = [entry(secret, 'tls.crt'), entry(secret, 'tls.key')]
    const { rootPem, intermediatePem } = cluster.cas[issuer]
    const [leafPem = '', ...others] = chain.split(/(?<=-----END CERTIFICATE-----\n)/)
    expect(others.join('').trim()).toBe(intermediatePem.trim())
    expect(entry(secret, 'ca.crt').trim()).toBe(rootPem.trim())
    const write = (file: string, text: string): string => {
      writeFileSync(join(folder, file), text)
      return file
    }
    const [root, untrusted] = [write('root.pem', rootPem), write('chain.pem', intermediatePem)]
    const files = ['-CAfile', root, '-untrusted', untrusted, write('leaf.pem', leafPem)]
    const purposes = issuer === 'private-ca' ? ['sslserver'] : ['sslserver', 'sslclient']
    for (const purpose of purposes)
      expect(openssl('verify', '-x509_strict', '-purpose', purpose, ...files)).toMatch(/: OK$/m)
    const leaf = new X509Certificate(leafPem)
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(leaf.subjectAltName).toBe(sans)
    expect(leaf.subject).toBe(`O=Acme\nCN=${name}.example.com`)
    expect(leaf.keyUsage).toEqual(
      issuer === 'private-ca' ? [SERVER_AUTH] : [CLIENT_AUTH, SERVER_AUTH],
    )
    // Not backdated and not shortened, other than by Kubernetes' own signers.
    expect(Date.parse(leaf.validFrom)).toBeGreaterThanOrEqual(started)
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(90 * 86_400_000)
    return leaf
  }

  function openssl(...args: readonly string[]): string {
    return execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  }

  test('the plan of a pull request names the signer of cert-manager and predicts nothing', async () => {
    const names = { commonName: 'shop.example.com', dnsNames: ['shop.example.com'] }
    const more = { usages: ['digital signature', 'cert sign'], duration: '8760h' }
    const authority = requestFile('authority', { dnsNames: ['a.example.com'], ...more })
    cluster.acme.proposes(++pulls, {
      'requests/servers/shop.yaml': requestFile('shop', names),
      'requests/servers/authority.yaml': authority,
    })
    const ran = await cluster.acme.plan(pulls)
    expect(codesOf(ran, 'authority')).toEqual([
      'POLICY_CA_USAGE',
      'POLICY_USAGE',
      'POLICY_DURATION',
    ])
    expect(ran.code).toBe(1)
    const [comment] = cluster.acme.comments(pulls)
    expect(comment?.body).toContain('signer: `clusterissuers.cert-manager.io/private-ca`')
    expect(comment?.body).toContain('**not predicted**')
    expect(await requestsFor(PRIVATE)).toEqual([])
  })

  const first = new Map<string, X509Certificate>()

  test('one apply issues 50 requests of two issuers, and each certificate is what was asked for', async () => {
    merges(Object.fromEntries(ASKED.map(one => [one.path, requestFile(one.name, one.spec)])))
    const ran = await cluster.acme.apply()
    expect([ran.code, kinds(ran)]).toEqual([0, { issued: 50 }])
    for (const one of ASKED) first.set(one.name, await checked(one))
  })

  test('inspect shows the chain of a stored certificate', async () => {
    workshop.write('s1.pem', entry(await secretOf('s1'), 'tls.crt'))
    const ran = await workshop.run(['inspect', 's1.pem'])
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('CN=s1.example.com')
    expect(ran.stdout).toContain('CN=team-ca intermediate')
  })

  test('the schedule renews all of them once, each with a new key and a new serial number', async () => {
    const env = { AHEAD_MS: String(LATER_MS) }
    const words = { env, preload: ['test/build/clock-ahead.mjs'] }
    const ran = await cluster.acme.apply(words, 'schedule')
    expect([ran.code, kinds(ran)]).toEqual([0, { issued: 50 }])
    expect(ran.result.plan.steps.every(({ kind }) => kind === 'renew')).toBe(true)
    for (const one of ASKED) {
      const [before, now] = [first.get(one.name), await checked(one)]
      expect(now.serialNumber).not.toBe(before?.serialNumber)
      expect(now.publicKey.equals(before!.publicKey)).toBe(false)
    }
    const again = await cluster.acme.apply({}, 'schedule')
    expect(kinds(again)).toEqual({ kept: 50 })
  })

  test('an Issuer needs the right to reference it: refused before, and issued once the right exists', async () => {
    merges(oddFile('forbidden', ODD.forbidden))
    const refused = outcomesOf(await cluster.acme.apply()).get('forbidden')
    expect(refused?.problems[0]).toMatchObject({
      code: 'CLUSTER_FORBIDDEN',
      message: expect.stringContaining('"countersign" may not reference signers in apps'),
      hint: expect.stringContaining('countersign manifests rbac --user countersign --cluster prod'),
    })
    await cluster.applyIdentity()
    const ran = await cluster.acme.apply({}, 'workflow_dispatch')
    expect(outcomesOf(ran).get('forbidden')).toMatchObject({ kind: 'issued' })
  })

  test('parts that Kubernetes signers drop are in the certificate, and are compared with the request', async () => {
    const { pem } = opensslRequest({
      subject: '/C=DE/O=Acme/O=Shop/CN=kept/emailAddress=kept@example.com',
      sans: ['otherName:1.3.6.1.4.1.311.20.2.3;UTF8:kept@example.com', 'DNS:kept.example.com'],
      extensions: ['keyUsage = digitalSignature', 'extendedKeyUsage = clientAuth, serverAuth'],
    })
    const usages = ['digital signature', 'client auth', 'server auth']
    const spec = { signerName: PRIVATE, usages, request: pem }
    merges({ 'requests/odd/kept.yaml': requestFile('kept', spec) })
    const ran = await cluster.acme.apply()
    expect(outcomesOf(ran).get('kept')).toMatchObject({ kind: 'issued' })
    writeFileSync(join(folder, 'kept.csr'), pem)
    writeFileSync(join(folder, 'kept.crt'), entry(await secretOf('kept'), 'tls.crt'))
    const subject = ['-noout', '-subject', '-nameopt', 'RFC2253,sep_multiline']
    expect(openssl('x509', '-in', 'kept.crt', ...subject)).toBe(
      openssl('req', '-in', 'kept.csr', ...subject),
    )
    expect(openssl('x509', '-in', 'kept.crt', '-noout', '-ext', 'subjectAltName')).toContain(
      'othername: UPN::kept@example.com, DNS:kept.example.com',
    )
  })

  test('the certificate of a CA that is not the configured one is not stored', async () => {
    merges(oddFile('other', ODD.other))
    const refused = outcomesOf(await cluster.acme.apply()).get('other')
    expect(refused?.problems[0]).toMatchObject({
      code: 'CERTIFICATE_CHAIN',
      message: expect.stringContaining('CN=other-ca root signed it'),
    })
    expect((await cluster.admin.get(`${SECRETS}/other-tls`)).code).toBe(404)
  })

  test('an issuer that does not exist or is not ready is reported with the command that shows why', async () => {
    merges({ ...oddFile('missing', ODD.missing), ...oddFile('late', ODD.late) })
    const ran = await cluster.acme.apply({ preload: ['test/build/skip-long-waits.mjs'] })
    for (const [name, reason] of [
      ['missing', 'IssuerNotFound'],
      ['late', 'IssuerNotReady'],
    ] as const) {
      const problem = outcomesOf(ran).get(name)?.problems[0]
      expect(problem?.code).toBe('CLUSTER_UNSIGNED')
      const [, object = ''] = /kubectl describe csr (\S+)/.exec(problem?.hint ?? '') ?? []
      await until(async () => (await cluster.kubectl(['describe', 'csr', object])).includes(reason))
    }
  })

  test('annotations that make cert-manager sign something else are noticed, and nothing is stored', async () => {
    const changed = ['requests/odd/late.yaml', 'requests/odd/missing.yaml']
    merges({
      ...Object.fromEntries(changed.map(path => [path, 'removed'])),
      ...oddFile('authority', ODD.late),
      ...oddFile('decade', ODD.late),
    })
    const annotations = new Map([
      ['authority', 'experimental.cert-manager.io/request-is-ca=true'],
      ['decade', 'experimental.cert-manager.io/request-duration=87600h'],
    ])
    const annotationFor = ({ metadata }: ApiObject): string =>
      annotations.get(metadata.annotations['countersign.dev/request'] ?? '') ?? ''
    const waiting = async (): Promise<readonly ApiObject[]> =>
      (await requestsFor(ODD.late)).filter(
        one => annotationFor(one) !== '' && one.status.conditions !== undefined,
      )
    const meanwhile = async (): Promise<void> => {
      await until(async () => (await waiting()).length === annotations.size)
      for (const one of await waiting())
        await cluster.kubectl(['annotate', 'csr', one.metadata.name, annotationFor(one)])
      await cluster.makeLateCa()
    }
    const outcomes = outcomesOf(await cluster.acme.apply({ meanwhile }))
    expect(outcomes.get('authority')?.problems[0]).toMatchObject({ code: 'CERTIFICATE_CA' })
    expect(outcomes.get('decade')?.problems[0]).toMatchObject({ code: 'CERTIFICATE_DATES' })
    for (const name of annotations.keys())
      expect((await cluster.admin.get(`${SECRETS}/${name}-tls`)).code).toBe(404)
  })
})

/** How many outcomes there are of each kind. */
function kinds({ result }: ActionRan): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { kind } of result.outcomes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

const [SERVER_AUTH, CLIENT_AUTH] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']
