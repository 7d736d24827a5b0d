import { createPublicKey, X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { hasCondition } from '../../../src/sandbox/hands-on-objects.ts'
import type { SandboxOptions } from '../../../src/sandbox/api/sandbox-options.ts'
import { shown } from '../../build/api-object.ts'
import { ApiClient } from '../../build/api-client.ts'
import type { Answer, Credential } from '../../build/api-client.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../../build/signing-requests.ts'

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const TEAM = 'example.com/team'
const DAY = 86_400_000
const made = opensslRequest({ subject: '/O=developers/CN=jane' })
const open: { cluster: SandboxCluster; clients: ApiClient[] }[] = []

async function start(options: SandboxOptions = {}) {
  const cluster = await startSandboxCluster(options)
  const clients: ApiClient[] = []
  open.push({ cluster, clients })
  const as = (credential: Credential): ApiClient => {
    const client = new ApiClient(cluster, credential)
    clients.push(client)
    return client
  }
  const admin = as(cluster.clientFor('owner', ['system:masters']))
  return { cluster, as, admin }
}

afterEach(async () => {
  for (const { cluster, clients } of open.splice(0)) {
    for (const client of clients) client.close()
    await cluster.close()
  }
})

/** Creates a request, approves it, and waits for its certificate or Failed. */
async function issue(cluster: SandboxCluster, name: string, spec: object = {}) {
  const done = cluster.objects.next(
    'certificatesigningrequests',
    ({ object }) => certificateOf(object) !== '' || hasCondition(object, 'Failed'),
  )
  create(cluster, name, spec)
  cluster.objects.approve(name)
  return certificateOf((await done).object)
}

function create(cluster: SandboxCluster, name: string, spec: object = {}): void {
  const object = signingRequest(name, {
    request: made.base64,
    signerName: CLIENT_SIGNER,
    ...spec,
  })
  cluster.objects.create('certificatesigningrequests', JSON.parse(JSON.stringify(object)))
}

function certificateOf(object: object): string {
  const { status } = object as { status: { certificate?: string } }
  return Buffer.from(status.certificate ?? '', 'base64').toString('utf8')
}

describe('the clock of the cluster', () => {
  test('the cluster has the given clock', async () => {
    const now = new Date('2030-01-02T03:04:05.678Z')
    const { cluster, admin } = await start({ now: () => now })
    const answer = await admin.get('/version')
    expect(answer.headers['date']).toBe('Wed, 02 Jan 2030 03:04:05 GMT')
    const certificate = new X509Certificate(await issue(cluster, 'a', { expirationSeconds: 600 }))
    expect(new Date(certificate.validFrom).toISOString()).toBe('2030-01-02T02:59:05.000Z')
    expect(new Date(certificate.validTo).toISOString()).toBe('2030-01-02T03:14:05.000Z')
    const stored = cluster.objects.read('certificatesigningrequests', '', 'a')
    expect(stored?.['metadata']).toMatchObject({ creationTimestamp: '2030-01-02T03:04:05Z' })
  })

  test('the clock decides whether a client certificate is valid', async () => {
    let now = new Date('2030-01-01T00:00:00Z')
    const { cluster, as } = await start({ now: () => now })
    const client = as(cluster.clientFor('jane', ['system:masters']))
    expect((await client.get('/version')).code).toBe(200)
    now = new Date(now.getTime() + 2 * DAY)
    expect((await client.get('/version')).code).toBe(401)
  })

  test('the CA limits the end of a certificate', async () => {
    const clientCaNotAfter = new Date(Date.now() + DAY)
    const { cluster } = await start({ clientCaNotAfter })
    const certificate = new X509Certificate(await issue(cluster, 'capped'))
    expect(new Date(certificate.validTo).getTime()).toBe(
      Math.floor(clientCaNotAfter.getTime() / 1000) * 1000,
    )
  })
})

describe('the authentication of the cluster', () => {
  test.each([
    ['an expired client certificate', { notAfter: new Date(Date.now() - 1000) }, 401],
    [
      'a client certificate that is not valid yet',
      { notBefore: new Date(Date.now() + DAY / 2) },
      401,
    ],
    ['a client certificate without extended key usage', { extendedKeyUsage: [] }, 200],
    ['a client certificate for any usage', { extendedKeyUsage: ['anyExtendedKeyUsage'] }, 200],
    ['a client certificate for servers', { extendedKeyUsage: ['serverAuth'] }, 401],
  ] as const)('%s gets an answer: %j', async (_what, options, code) => {
    const { cluster, as } = await start()
    const client = as(cluster.clientFor('jane', ['system:masters'], options))
    expect((await client.get(SIGNING_REQUESTS)).code).toBe(code)
  })

  test('a certificate of another CA is refused, unless a token is valid', async () => {
    const { cluster, as } = await start()
    cluster.addToken('good', 'jane', ['system:masters'])
    const authority = cluster.strangeAuthority()
    const credential = cluster.clientFor('jane', ['system:masters'], { authority })
    expect((await as(credential).get('/version')).code).toBe(401)
    expect((await as({ ...credential, token: 'good' }).get(SIGNING_REQUESTS)).code).toBe(200)
  })

  test('the CA of the server does not authenticate clients in a cluster with two CAs', async () => {
    const { cluster, as } = await start({ authorities: 'two' })
    expect(cluster.clientCaPem).not.toBe(cluster.caPem)
    expect(cluster.signerCaPem(CLIENT_SIGNER)).toBe(cluster.clientCaPem)
    const client = as(cluster.clientFor('jane', ['system:masters']))
    expect((await client.get(SIGNING_REQUESTS)).code).toBe(200)
  })

  test('a token is valid until it is removed', async () => {
    const { cluster, as } = await start()
    cluster.addToken('t0ken', 'jane', ['system:masters'])
    const client = as({ token: 't0ken' })
    expect((await client.get(SIGNING_REQUESTS)).code).toBe(200)
    cluster.removeToken('t0ken')
    expect((await client.get(SIGNING_REQUESTS)).code).toBe(401)
  })

  test('a kubeconfig has all that a client needs', async () => {
    const { cluster, as } = await start({
      rules: [
        {
          subject: { group: 'readers' },
          rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }],
        },
      ],
    })
    const config = parse(cluster.kubeconfig('jane', ['readers']))
    const { server, 'certificate-authority-data': ca } = config.clusters[0].cluster
    const { user } = config.users[0]
    const text = (data: string): string => Buffer.from(data, 'base64').toString('utf8')
    expect([server, text(ca)]).toEqual([cluster.server, cluster.caPem])
    const client = as({
      certificatePem: text(user['client-certificate-data']),
      keyPem: text(user['client-key-data']),
    })
    expect((await client.get('/api/v1/secrets')).code).toBe(200)
    expect((await client.get('/api/v1/configmaps')).code).toBe(403)
    expect(parse(cluster.tokenKubeconfig('abc')).users[0].user).toEqual({ token: 'abc' })
  })
})

describe('the set-up of the cluster', () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts'

  test('a token of a service account ends by the clock of the cluster', async () => {
    let now = new Date('2030-01-01T00:00:00Z')
    const { as, admin } = await start({ now: () => now })
    await admin.created(accounts, { metadata: { name: 'robot' } })
    const spec = { expirationSeconds: 600 }
    const { status } = await admin.created(`${accounts}/robot/token`, { spec })
    expect(status).toMatchObject({ expirationTimestamp: '2030-01-01T00:10:00Z' })
    const client = as({ token: status.token })
    now = new Date('2030-01-01T00:09:59Z')
    expect((await client.get('/version')).code).toBe(200)
    now = new Date('2030-01-01T00:10:00Z')
    expect((await client.get('/version')).code).toBe(401)
  })

  test('a new service account of the same name does not take over the tokens of the old one', async () => {
    const { as, admin } = await start()
    await admin.created(accounts, { metadata: { name: 'robot' } })
    const { status } = await admin.created(`${accounts}/robot/token`, {})
    await admin.delete(`${accounts}/robot`)
    await admin.created(accounts, { metadata: { name: 'robot' } })
    expect((await as({ token: status.token }).get('/version')).code).toBe(401)
  })

  test.each(['/apis/apps/v1/deployments', '/api/v1/services/n1'])(
    'the answer for %s says that the embedded cluster has none',
    async path => {
      const { admin } = await start()
      const { code, body } = await admin.get(path)
      expect([code, body.message]).toEqual([
        404,
        `the embedded cluster has no ${path.split('/').find(part => /^(dep|ser)/.test(part))}`,
      ])
    },
  )

  test('a policy with parameters is refused, because the embedded cluster has none', async () => {
    const { admin } = await start()
    const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' }
    const { body } = await admin.post(path, { metadata: { name: 'p' }, spec: { paramKind } })
    expect(body.message).toContain('the embedded cluster has no parameters of policies')
  })

  test('a signer that a policy stops does not stop the cluster', async () => {
    const { cluster, admin } = await start()
    const root = '/apis/admissionregistration.k8s.io/v1'
    const rule = {
      apiGroups: ['certificates.k8s.io'],
      apiVersions: ['*'],
      resources: ['certificatesigningrequests/status'],
      operations: ['UPDATE'],
    }
    await admin.created(`${root}/validatingadmissionpolicies`, {
      metadata: { name: 'stop' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: 'false' }],
      },
    })
    await admin.created(`${root}/validatingadmissionpolicybindings`, {
      metadata: { name: 'stop' },
      spec: { policyName: 'stop', validationActions: ['Deny'] },
    })
    create(cluster, 'stopped')
    cluster.objects.approve('stopped')
    await new Promise(resolve => setTimeout(resolve, 40))
    expect(
      certificateOf(cluster.objects.read('certificatesigningrequests', '', 'stopped') ?? {}),
    ).toBe('')
  })
})

describe('the signer of the cluster', () => {
  test('a signer of another name has its own CA, with an intermediate', async () => {
    const { cluster } = await start({ signers: [{ signerName: TEAM, hasIntermediate: true }] })
    const pem = await issue(cluster, 'team', { signerName: TEAM, usages: ['server auth'] })
    const blocks = pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? []
    const [leaf, between] = blocks.map(block => new X509Certificate(block))
    const root = new X509Certificate(cluster.signerCaPem(TEAM) ?? '')
    expect(blocks).toHaveLength(2)
    expect(leaf!.checkIssued(between!) && leaf!.verify(between!.publicKey)).toBe(true)
    expect(between!.checkIssued(root) && between!.verify(root.publicKey)).toBe(true)
    expect(cluster.signerCaPem('example.com/nobody')).toBeNull()
  })

  const silent = async (cluster: SandboxCluster): Promise<string> => {
    create(cluster, 'waits')
    cluster.objects.approve('waits')
    // Longer than the signer needs here.
    await new Promise(resolve => setTimeout(resolve, 40))
    return certificateOf(cluster.objects.read('certificatesigningrequests', '', 'waits') ?? {})
  }

  test('a signer is silent where there is none, where its CA has expired, and where a test wants it', async () => {
    const none = await start({ signs: false })
    expect(await silent(none.cluster)).toBe('')
    const ended = await start({ clientCaNotAfter: new Date(Date.now() - 1000) })
    expect(await silent(ended.cluster)).toBe('')
    const told = await start()
    told.cluster.signerFaults({ isSilent: true })
    expect(await silent(told.cluster)).toBe('')
    const signed = told.cluster.objects.next(
      'certificatesigningrequests',
      ({ object }) => certificateOf(object) !== '',
    )
    told.cluster.signerFaults({})
    expect(certificateOf((await signed).object)).toMatch(/^-----BEGIN CERTIFICATE/)
  })

  test('a signer fails where a test wants it', async () => {
    const { cluster } = await start()
    cluster.signerFaults({ failure: 'no' })
    expect(await issue(cluster, 'failed')).toBe('')
    const object = cluster.objects.read('certificatesigningrequests', '', 'failed')
    expect(object?.['status']).toMatchObject({
      conditions: [
        { type: 'Approved' },
        { type: 'Failed', reason: 'SignerValidationFailure', message: 'no' },
      ],
    })
  })

  test('a signer signs another key, with another CA, for another time, for other usages', async () => {
    const { cluster } = await start()
    const authority = cluster.strangeAuthority()
    const own = createPublicKey(made.keyPem).export({ type: 'spki', format: 'pem' })
    const spki = (certificate: X509Certificate) =>
      certificate.publicKey.export({ type: 'spki', format: 'pem' })
    const right = new X509Certificate(await issue(cluster, 'right'))
    expect([spki(right), right.verify(createPublicKey(cluster.clientCaPem))]).toEqual([own, true])
    cluster.signerFaults({ otherKey: true })
    expect(spki(new X509Certificate(await issue(cluster, 'key')))).not.toBe(own)
    cluster.signerFaults({ otherAuthority: authority })
    const strange = new X509Certificate(await issue(cluster, 'authority'))
    expect(strange.verify(createPublicKey(authority.certificatePem))).toBe(true)
    cluster.signerFaults({ seconds: 60 })
    const short = new X509Certificate(await issue(cluster, 'short', { expirationSeconds: 3600 }))
    expect(Date.parse(short.validTo) - Date.parse(short.validFrom)).toBe(360_000)
    cluster.signerFaults({ usages: ['server auth'] })
    const serving = new X509Certificate(await issue(cluster, 'usages'))
    expect(serving.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  test('a signer adds blocks, and text around them', async () => {
    const { cluster } = await start()
    cluster.signerFaults({ extra: [cluster.strangeAuthority()], textAround: true })
    const pem = await issue(cluster, 'blocks')
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    expect(pem).toMatch(/^issued by the sandbox\n-----BEGIN[\s\S]*-----\nend\n$/)
  })
})

describe('planned faults of the cluster', () => {
  test('a planned fault answers the next matching requests, and no other', async () => {
    const { cluster, admin } = await start()
    const fault = { kind: 'answer', code: 429, retryAfterSeconds: 2 } as const
    cluster.faults.plan({ method: 'GET', path: '/api/v1/secrets' }, fault, 2)
    const get = () => admin.get('/api/v1/secrets')
    expect((await admin.get('/api/v1/configmaps')).code).toBe(200)
    const first = await get()
    expect([first.code, first.headers['retry-after'], first.body.reason]).toEqual([
      429,
      '2',
      'TooManyRequests',
    ])
    expect([(await get()).code, (await get()).code]).toEqual([429, 200])
  })

  test('a planned fault matches a pattern and a user, and can be removed', async () => {
    const { cluster, as, admin } = await start()
    cluster.addToken('t', 'jane', ['system:masters'])
    const fault = { kind: 'answer', code: 503 } as const
    cluster.faults.plan({ path: /secrets$/, user: 'jane' }, fault, 10)
    const jane = as({ token: 't' })
    expect([
      (await jane.get('/api/v1/secrets')).code,
      (await admin.get('/api/v1/secrets')).code,
    ]).toEqual([503, 200])
    cluster.faults.clear()
    expect((await jane.get('/api/v1/secrets')).code).toBe(200)
  })

  test.each([
    ['before', 404],
    ['after', 200],
  ] as const)(
    'a planned fault breaks the connection %s the request is handled (%i)',
    async (when, code) => {
      const { cluster, admin } = await start()
      const maps = '/api/v1/namespaces/default/configmaps'
      cluster.faults.plan({ method: 'POST' }, { kind: 'reset', when })
      await expect(admin.post(maps, { metadata: { name: 'x' } })).rejects.toThrow()
      expect((await admin.get(`${maps}/x`)).code).toBe(code)
    },
  )

  test('a planned fault delays an answer', async () => {
    const { cluster, admin } = await start()
    await admin.get('/version')
    cluster.faults.plan({}, { kind: 'delay', milliseconds: 60 })
    const started = performance.now()
    await admin.get('/version')
    expect(performance.now() - started).toBeGreaterThanOrEqual(50)
  })

  test('a planned fault ends every watch with 410', async () => {
    const { cluster, admin } = await start()
    const watch = await admin.watch('/api/v1/secrets?watch=1&resourceVersion=0')
    cluster.expireWatches()
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } })
    expect(await watch.next()).toBeNull()
  })

  test('the cluster sends a bookmark', async () => {
    const { cluster, admin } = await start()
    const watch = await admin.watch('/api/v1/secrets?watch=1&allowWatchBookmarks=1')
    await watch.next()
    cluster.objects.createNamespace('more')
    cluster.sendBookmarks()
    const { object } = (await watch.next()) ?? {}
    expect(object?.metadata.resourceVersion).toBe(
      (await admin.get('/api/v1/secrets')).body.metadata.resourceVersion,
    )
    watch.stop()
  })
})

describe('the actions of another user', () => {
  test('a test denies, deletes and recreates a waiting request', async () => {
    const { cluster } = await start()
    create(cluster, 'x')
    const before = cluster.objects.read('certificatesigningrequests', '', 'x')
    cluster.objects.recreate('x')
    const after = cluster.objects.read('certificatesigningrequests', '', 'x')
    const uid = (object: object | null) => (object as { metadata: { uid: string } }).metadata.uid
    expect(uid(after)).not.toBe(uid(before))
    cluster.objects.deny('x', 'KubectlDeny', 'no')
    expect(
      hasCondition(cluster.objects.read('certificatesigningrequests', '', 'x') ?? {}, 'Denied'),
    ).toBe(true)
    cluster.objects.remove('certificatesigningrequests', '', 'x')
    expect(cluster.objects.read('certificatesigningrequests', '', 'x')).toBeNull()
  })

  test('a test acts on a change', async () => {
    const { cluster, admin } = await start()
    const stop = cluster.objects.onChange('certificatesigningrequests', ({ type, object }) => {
      if (type !== 'ADDED') return
      stop()
      cluster.objects.deny((object['metadata'] as { name: string }).name)
    })
    await admin.created(SIGNING_REQUESTS, signingRequest('y'))
    const { body }: Answer = await admin.get(`${SIGNING_REQUESTS}/y`)
    expect(body.status.conditions.map(({ type }) => type)).toEqual(['Denied'])
  })
})

test('the log has user and code of each request, and no secret', async () => {
  const { cluster, as, admin } = await start()
  await admin.get('/version?pretty=1')
  await as({ token: 'hunter2' }).get('/version')
  await as({}).get('/apis')
  const lines = cluster.log.map(({ method, path, user, code }) => [method, path, user, code])
  expect(lines).toEqual([
    ['GET', '/version?pretty=1', 'owner', 200],
    ['GET', '/version', null, 401],
    ['GET', '/apis', 'system:anonymous', 403],
  ])
  expect(JSON.stringify(cluster.log)).not.toContain('hunter2')
})

test('the same random numbers give the same uids and serials', async () => {
  const counting = () => {
    let next = 0
    return (length: number) => Uint8Array.from({ length }, () => next++ % 256)
  }
  const now = () => new Date('2030-01-01T00:00:00Z')
  const seen: string[] = []
  for (const random of [counting(), counting()]) {
    const { cluster } = await start({ random, now })
    const pem = await issue(cluster, 'x')
    const object = cluster.objects.read('certificatesigningrequests', '', 'x')
    const { uid } = shown(object).metadata
    seen.push(`${new X509Certificate(pem).serialNumber} ${uid}`)
  }
  expect(seen[0]).toBe(seen[1])
})

test('a closed cluster has no watches and connections', async () => {
  const { cluster, admin } = await start()
  const watch = await admin.watch('/api/v1/secrets?watch=1')
  expect(cluster.watchCount).toBe(1)
  await cluster.close()
  while ((await watch.next()) !== null);
  expect(cluster.watchCount).toBe(0)
  await expect(admin.get('/version')).rejects.toThrow()
  open.length = 0
  admin.close()
})
