import { afterEach, describe, expect, test } from '@jest/globals'
import { joinCertificate } from '../../../../src/workflows/setup/join-certificate.ts'
import type { Joining, JoinPorts } from '../../../../src/workflows/setup/join-certificate.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../../build/issued.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { ownYaml, requestFile, valueOf } from '../../../build/request.ts'

const CA = authority('cluster')
const KEYS = keyPair()
const KEY = { spki: KEYS.spki }
const GOOD = pemOf(CA.issue({ spki: KEYS.spki }))
const OTHER = pemOf(CA.issue({ spki: keyPair().spki }))

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const SIGNERS = `signers: {kubernetes.io/kube-apiserver-client: {certificateAuthorityData: ${base64(pemOf(CA.certificate))}}}`
const PROD = `server: https://10.0.0.1:6443, certificateAuthorityData: ${base64(pemOf(CA.certificate))}`

function configuration(...clusters: readonly string[]): string {
  const said = clusters.length === 0 ? [`prod: {${PROD}, ${SIGNERS}}`] : clusters
  return `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: acme}
clusters: {${said.join(', ')}}
`
}

function request(clusters = 'prod'): string {
  return ownYaml(
    `clusters: [${clusters}]`,
    'signerName: kubernetes.io/kube-apiserver-client',
    'commonName: jane',
    'usages: [client auth]',
    'duration: 24h',
    'sinks: [{secret: {namespace: apps}}]',
  )
}

/** The files of the default branch; a file that is null does not exist. */
function world(files: Readonly<Record<string, string | null>> = {}): JoinPorts {
  const all = { 'countersign.yaml': configuration(), 'requests/jane.yaml': request(), ...files }
  const found = Object.entries(all).flatMap(([path, text]) =>
    text === null ? [] : [requestFile(text, { path })],
  )
  const ofTip: RepositoryFiles = {
    description: 'the default branch',
    read: async path => found.find(file => file.path === path) ?? null,
    list: async folder => found.filter(({ path }) => path.startsWith(`${folder}/`)),
  }
  const clock = { now: () => NOW, sleep: async () => undefined }
  return { configuration: async () => ({ repository: 'acme/certs', files: ofTip }), clock }
}

function joining(changes: Partial<Joining> = {}): Joining {
  return {
    config: 'countersign.yaml',
    name: 'jane',
    cluster: null,
    spki: KEY.spki,
    from: 'in the comments on #7',
    certificates: [{ request: 'jane', cluster: null, pem: GOOD, isTrusted: true }],
    ...changes,
  }
}

async function problemOf(
  files: Readonly<Record<string, string | null>>,
  changes: Partial<Joining>,
): Promise<string> {
  const answer = await joinCertificate(world(files), joining(changes))
  if (answer.ok) throw new Error('it worked')
  const [first, second] = answer.problems
  if (second !== undefined) throw new Error(`there is more: ${second.message}`)
  return `${first.code}: ${first.message}`
}

describe('a joined certificate', () => {
  test('the certificate is joined with server and CAs of the default branch', async () => {
    const ca = pemOf(CA.certificate)
    expect(valueOf(await joinCertificate(world(), joining()))).toMatchObject({
      repository: 'acme/certs',
      cluster: 'prod',
      server: 'https://10.0.0.1:6443',
      serverCa: ca,
      signerCa: ca,
      certificate: GOOD,
      renewBefore: null,
      warnings: [],
    })
  })

  test('the renewBefore of the request is joined with its certificate', async () => {
    const files = { 'requests/jane.yaml': request().replace('duration: 24h', 'duration: 24h\n  renewBefore: 6h') }
    const { renewBefore } = valueOf(await joinCertificate(world(files), joining()))
    expect(renewBefore).toEqual({ kind: 'seconds', seconds: 6 * 3600 })
  }) // prettier-ignore

  test.each([
    ['a request is renewed', request(), true],
    ['a request with withdraw: true is not renewed', `${request()}  withdraw: true\n`, false],
    ['a removed request is not renewed', null, false],
  ])('%s: the joined certificate says so', async (_title, text, isRequested) => {
    const asked = joining({ cluster: 'prod' })
    const joined = await joinCertificate(world({ 'requests/jane.yaml': text }), asked)
    expect(valueOf(joined)).toMatchObject({ isRequested, certificate: GOOD })
  })

  test('the newest good certificate of the key is joined, whatever the order', async () => {
    const newer = pemOf(CA.issue({ spki: KEYS.spki, notBefore: secondsAfter(NOW, -60) }))
    const forged = pemOf(
      authority('other').issue({ spki: KEYS.spki, notBefore: secondsAfter(NOW, -1) }),
    )
    const of = (...pems: readonly string[]) =>
      pems.map(pem => ({ request: 'jane', cluster: 'prod', pem, isTrusted: true }))
    for (const certificates of [of(GOOD, forged, newer), of(newer, GOOD, forged)])
      expect(valueOf(await joinCertificate(world(), joining({ certificates }))).certificate).toBe(
        newer,
      )
  })

  test('a refusal names at most five other requests', async () => {
    const certificates = Array.from({ length: 9 }, (_, at) => ({ request: `r${at}`, cluster: null, pem: GOOD, isTrusted: true }))
    expect(await problemOf({}, { certificates })).toMatch(/only of r0, r1, r2, r3, r4, others$/)
  }) // prettier-ignore

  test('a Secret without the certificate gets a hint about that Secret', async () => {
    const answer = await joinCertificate(
      world(),
      joining({ from: 'in Secret apps/jane-tls', certificates: [] }),
    )
    expect(!answer.ok && answer.problems[0]).toMatchObject({
      message: 'there is no certificate of jane on prod in Secret apps/jane-tls',
      hint: expect.stringMatching(/^check namespace and name in the sinks of the request; /),
    })
  })

  test('the certificate of the key is found among those of the request', async () => {
    const certificates = [OTHER, GOOD].map(pem => ({
      request: 'jane',
      cluster: 'prod',
      pem,
      isTrusted: true,
    }))
    const joined = valueOf(await joinCertificate(world(), joining({ certificates })))
    expect(joined.certificate).toBe(GOOD)
  })

  test('an expired certificate of a request that ended says when the access ended', async () => {
    const ends = secondsAfter(NOW, -300)
    const files = {
      'requests/jane.yaml': `${request().trimEnd()}\n  until: ${ends.toISOString()}\n`,
    }
    const dates = { notBefore: secondsAfter(NOW, -7200), notAfter: secondsAfter(NOW, -360) }
    const pem = pemOf(CA.issue({ spki: KEYS.spki, ...dates }))
    const certificates = [{ request: 'jane', cluster: 'prod', pem, isTrusted: true }]
    expect(await problemOf(files, { certificates })).toBe(
      `CERTIFICATE_DATES: jane has no valid certificate any more: requests/jane.yaml ends the access at ${ends.toISOString()}`,
    )
    expect(await problemOf({}, { certificates })).toMatch(/jane expired at/)
  })

  test('an unknown CA of the signer is a warning', async () => {
    const files = { 'countersign.yaml': configuration(`prod: {${PROD}}`) }
    expect(valueOf(await joinCertificate(world(files), joining())).warnings).toMatchObject([
      { code: 'CERTIFICATE_CHAIN_UNCHECKED' },
    ])
  })

  test('a certificate in a comment of a person counts only if the CA of the signer is known', async () => {
    const certificates = [{ request: 'jane', cluster: 'prod', pem: GOOD, isTrusted: false }]
    expect(valueOf(await joinCertificate(world(), joining({ certificates }))).certificate).toBe(
      GOOD,
    )
    const files = { 'countersign.yaml': configuration(`prod: {${PROD}}`) }
    expect(await problemOf(files, { certificates })).toMatch(/^SINK_NO_CERTIFICATE: /)
  })

  test('the given cluster is used where the request is gone', async () => {
    const clusters = [`prod: {${PROD}}`, `staging: {server: "https://10.0.0.2:6443", ${SIGNERS}}`]
    const files = { 'countersign.yaml': configuration(...clusters), 'requests/jane.yaml': null }
    const joined = valueOf(await joinCertificate(world(files), joining({ cluster: 'staging' })))
    expect(joined.server).toBe('https://10.0.0.2:6443')
  })

  test('the certificate of the cluster is found where one key has several', async () => {
    const clusters = [`prod: {${PROD}}`, `staging: {server: "https://10.0.0.2:6443", ${SIGNERS}}`]
    const files = { 'countersign.yaml': configuration(...clusters), 'requests/jane.yaml': null }
    const certificates = [
      {
        request: 'jane',
        cluster: 'prod',
        pem: pemOf(authority('prod').issue({ spki: KEYS.spki })),
        isTrusted: true,
      },
      { request: 'jane', cluster: 'staging', pem: GOOD, isTrusted: true },
    ]
    const on = (cluster: string): Partial<Joining> => ({ certificates, cluster })
    const joined = valueOf(await joinCertificate(world(files), joining(on('staging'))))
    expect(joined.certificate).toBe(GOOD)
    const only = { certificates: certificates.slice(0, 1), cluster: 'staging' }
    expect(await problemOf(files, only)).toMatch(
      /no certificate of jane on staging .* only of jane on prod$/,
    )
  })

  describe('a request with a sink that is an artifact', () => {
    const { pem: csr } = opensslRequest({ subject: '/CN=jane' })
    const own = [
      'signerName: kubernetes.io/kube-apiserver-client',
      'clusters: [prod]',
      'usages: [client auth]',
      'duration: 24h',
    ]
    const files = {
      'requests/jane.yaml': ownYaml(...own, `request: ${JSON.stringify(csr)}`),
    }
    const asked: string[] = []
    const found = (pem: string): JoinPorts => ({
      ...world(files),
      artifact: async name => {
        asked.push(name)
        const certificates = [{ request: 'jane', cluster: null, pem, isTrusted: false }]
        return { from: `in artifact ${name}`, certificates }
      },
    })
    afterEach(() => void asked.splice(0))

    test.each([
      ['no comment has a certificate', []],
      ['the comments have one for another key only', [{ request: 'jane', cluster: null, pem: OTHER, isTrusted: true }]],
    ])('the certificate comes from the artifact if %s', async (_, certificates) => {
      const joined = valueOf(await joinCertificate(found(GOOD), joining({ certificates })))
      expect([joined.certificate, joined.artifact, asked]).toEqual([GOOD, 'jane', ['jane']])
    }) // prettier-ignore

    test('the artifact is not asked for if a comment has the certificate', async () => {
      const joined = valueOf(await joinCertificate(found(GOOD), joining()))
      expect([joined.artifact, asked]).toEqual([null, []])
    })

    test('a refusal names both places', async () => {
      const answer = await joinCertificate(found(OTHER), joining({ certificates: [] }))
      expect(answer).toMatchObject({
        problems: [
          {
            code: 'SINK_KEY_DIFFERS',
            message: expect.stringContaining('in the comments on #7 or in artifact jane'),
          },
        ],
      })
    })
  })

  test('a missing certificate of a Secret has the flag with its name as hint', async () => {
    const answer = await joinCertificate(world(), joining({ certificates: [] }))
    expect(answer).toMatchObject({
      problems: [{ hint: expect.stringContaining('--secret apps/jane-tls') }],
    })
  })

  const both = configuration(
    `prod: {${PROD}}`,
    `staging: {${PROD.replace('10.0.0.1', '10.0.0.2')}}`,
  )
  const none = { certificates: [] }
  const told = (pem: string, request = 'jane') => ({
    certificates: [{ request, cluster: null, pem, isTrusted: true }],
  })
  const expired = pemOf(CA.issue({ spki: KEYS.spki, notAfter: secondsAfter(NOW, -1) }))
  const foreign = pemOf(authority('other').issue({ spki: KEYS.spki }))

  test.each<[string, Readonly<Record<string, string | null>>, Partial<Joining>, RegExp]>([
    [
      'a request that was removed',
      { 'requests/jane.yaml': null },
      none,
      /^SINK_NO_CERTIFICATE: there is no request jane on the default branch of acme\/certs$/,
    ],
    [
      'a request that is withdrawn',
      { 'requests/jane.yaml': `${request()}  withdraw: true\n` },
      none,
      /^SINK_NO_CERTIFICATE: jane is withdrawn: requests\/jane\.yaml on the default branch/,
    ],
    ['no comment', {}, none, /^SINK_NO_CERTIFICATE: there is no certificate of jane on prod in the comments on #7$/],
    [
      'a certificate of another request',
      {},
      told(GOOD, 'mark'),
      /^SINK_NO_CERTIFICATE: .* of jane on prod .* only of mark$/,
    ],
    ['another key', {}, told(OTHER), /^SINK_KEY_DIFFERS: the key is not that of the certificate of jane/],
    ['text in place of a certificate', {}, told('hello'), /^CERTIFICATE_BROKEN: /],
    ['an expired certificate', {}, told(expired), /^CERTIFICATE_DATES: .* expired at 2026-03-01T11:59:59/],
    ['a certificate of another CA', {}, told(foreign), /^CERTIFICATE_CHAIN: /],
    ['no configuration', { 'countersign.yaml': null }, {}, /^CONFIG_MISSING: .* of acme\/certs$/],
    ['a broken configuration', { 'countersign.yaml': 'kind: [' }, {}, /^FILE_YAML: /],
    ['no server', { 'countersign.yaml': configuration('prod: {}') }, {}, /^CONFIG_CLUSTER_UNPINNED: /],
    [
      'two clusters',
      { 'countersign.yaml': both, 'requests/jane.yaml': request('prod, staging').replace('apps}', 'apps, name: "{name}-{cluster}"}') },
      {},
      /^RUN_USAGE: jane has requests for prod and staging$/,
    ],
    ['an unknown cluster', {}, { cluster: 'prdo' }, /^CONFIG_CLUSTER_UNKNOWN: .* no cluster prdo$/],
    [
      'an unnamed cluster',
      { 'countersign.yaml': both, 'requests/jane.yaml': null },
      {},
      /^CONFIG_CLUSTER_UNKNOWN: no cluster is named/,
    ],
  ])('the join is refused with %s', async (_, files, changes, says) => {
    expect(await problemOf(files, changes)).toMatch(says)
  }) // prettier-ignore
})
