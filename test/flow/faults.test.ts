// Wrong signers, concurrent runs and stalled runs, at the command line, on the embedded cluster.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { X509Certificate, createPrivateKey, randomBytes } from 'node:crypto'
import { createAuthority, signCertificate } from '../../src/sandbox/signer/certificate-authority.ts'
import type { Authority } from '../../src/sandbox/signer/certificate-authority.ts'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { issueCertificate } from '../../src/sandbox/signer/issued-certificate.ts'
import { requestOf } from '../../src/sandbox/kinds/pem-fault.ts'
import type { GoRequest } from '../../src/sandbox/signer/go-request.ts'
import { boolean, sequence } from '../../src/lib/x509/der-write.ts'
import { encodeName } from '../../src/lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../src/lib/x509/oids.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import { extension } from '../../src/lib/x509/pkcs10-write.ts'
import { objectAt } from '../../src/sandbox/api/json-values.ts'
import { shown, shownOrNull } from '../build/api-object.ts'
import type { ShownRecord } from '../build/shown-json.ts'
import { subject } from '../build/effective.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { deferred } from '../build/deferred.ts'
import { configText, configure, requestText } from '../build/request-text.ts'
import { Workshop, rulesOf } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'

const MINUTE = 60_000
const CSRS = 'certificatesigningrequests'
const OWNER = 'faults'
const ROGUE = 'example.com/rogue'
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

interface Stored {
  readonly certificate: string
  readonly key: string
  readonly resourceVersion: string
}

function stored(cluster: SandboxCluster, name: string): Stored | null {
  const secret = shownOrNull(cluster.objects.read('secrets', 'apps', `${name}-tls`))
  if (secret === null) return null
  const text = (key: string): string =>
    Buffer.from(secret.data[key] ?? '', 'base64').toString('utf8')
  return {
    certificate: text('tls.crt'),
    key: text('tls.key'),
    resourceVersion: secret.metadata.resourceVersion,
  }
}

function isUsable(pair: Stored | null): boolean {
  if (pair === null) return false
  return new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.key))
}

function record(cluster: SandboxCluster, name: string): ShownRecord {
  const map = shown(cluster.objects.read('configmaps', 'apps', `countersign-${OWNER}-${name}`))
  return JSON.parse(map.data['record.json'])
}

/** Names of the signed objects with the effective request of the issued certificate. */
function signed(cluster: SandboxCluster, name: string): readonly string[] {
  const { effective } = record(cluster, name).issued
  return cluster.objects
    .list(CSRS)
    .map(shown)
    .filter(({ metadata }) => metadata.annotations['countersign.dev/request'] === name)
    .filter(({ metadata }) => metadata.annotations['countersign.dev/effective'] === effective)
    .filter(({ status }) => status.certificate !== undefined)
    .map(({ metadata }) => metadata.name)
}

/** Successful writes of one Secret. */
function writes(cluster: SandboxCluster, name: string): number {
  return cluster.log.filter(
    ({ method, path, code }) =>
      method === 'PATCH' &&
      path.includes(`/secrets/${name}-tls?`) &&
      path.includes('force=') &&
      code < 300,
  ).length
}

/** The record has one certificate, the Secret holds it with its key, and every other signed object is abandoned. */
function expectSettled(cluster: SandboxCluster, name: string): void {
  const told = record(cluster, name)
  const pair = stored(cluster, name)
  expect(isUsable(pair)).toBe(true)
  expect(told.claim).toBeNull()
  expect(told.issued.certificate).toBe(pair?.certificate)
  const others = signed(cluster, name).filter(object => object !== told.issued.objectName)
  const abandoned = told.abandoned.map(each => each.objectName)
  expect(abandoned).toEqual(expect.arrayContaining(others))
}

async function open(
  options: object = {},
): Promise<{ cluster: SandboxCluster; workshop: Workshop }> {
  const cluster = await startSandboxCluster({
    authorities: 'two',
    namespaces: ['apps'],
    ...options,
  })
  const workshop = new Workshop()
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  return { cluster, workshop }
}

/** Gives the user of the workshop only the printed rights. */
async function restrict(cluster: SandboxCluster, workshop: Workshop): Promise<void> {
  const printed = await workshop.run(['manifests', 'rbac', '--user', 'applier'])
  expect(printed.code).toBe(0)
  cluster.allow({ user: 'applier' }, rulesOf(printed.stdout))
  workshop.useKubeconfig(cluster, cluster.clientFor('applier'))
}

function expectRefused(ran: Ran, codes: readonly string[]): void {
  for (const code of codes) expect(ran.stdout).toContain(code)
  expect(ran.code).toBe(2)
  expect(ran.stdout + ran.stderr).not.toMatch(/PRIVATE KEY|RUN_BUG|^\s+at .*\(/m)
}

describe('a signer that signs another certificate', () => {
  let cluster: SandboxCluster
  let workshop: Workshop
  let rogue: Authority
  let stop: () => void = () => undefined

  beforeAll(async () => {
    const opened = await open()
    ;({ cluster, workshop } = opened)
    const life = { notBefore: new Date('2020-01-01'), notAfter: new Date('2040-01-01') }
    rogue = createAuthority({ name: 'rogue', ...life }, random)
    configure(workshop, { owner: OWNER, namespace: 'apps' })
    const ca = Buffer.from(rogue.certificatePem).toString('base64')
    const signers = `{${ROGUE}: {certificateAuthorityData: ${ca}}}`
    workshop.write(
      'countersign.yaml',
      configText({ owner: OWNER, namespace: 'apps' }).replace(
        'recordNamespace: apps',
        `recordNamespace: apps, signers: ${signers}`,
      ),
    )
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    workshop.write(
      'requests/web.yaml',
      requestText({ name: 'web', more: [`signerName: ${ROGUE}`] }),
    )
    await restrict(cluster, workshop)
    workshop.commit()
    const serving = signing(request => sign(request))
    const first = await workshop.run(['apply', '--yes'])
    serving()
    expect(first.stdout).toContain('2 of 2 · 2 done')
  })
  afterEach(() => {
    stop()
    cluster.signerFaults({})
  })
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  /** Signs every approved request for ROGUE with the result of `make`; the returned function stops it. */
  function signing(make: (request: GoRequest) => Uint8Array | string): () => void {
    return cluster.objects.onChange(CSRS, ({ object }) => {
      const { spec, status: before } = shown(object)
      const isApproved = (before.conditions ?? []).some(({ type }) => type === 'Approved')
      if (spec.signerName !== ROGUE || !isApproved) return
      if (before.certificate !== undefined) return
      const request = requestOf(Buffer.from(spec.request, 'base64').toString('latin1'))
      if (request === null) throw new Error('it is no request')
      const made = make(request)
      const pem = typeof made === 'string' ? made : encodePem('CERTIFICATE', made)
      const certificate = Buffer.from(pem).toString('base64')
      const status = { ...objectAt(object, 'status'), certificate }
      setImmediate(() => cluster.objects.updateStatus({ ...object, status }))
    })
  }

  function sign(request: GoRequest, changes: object = {}, by: Authority = rogue): Uint8Array {
    const usages = ['digital signature', 'client auth']
    const order = { request, usages, seconds: 24 * 3600, now: new Date(), ...changes }
    return issueCertificate(by, order, random)
  }

  /** Reissues, and expects that nothing is stored. */
  async function expectUntouched(name: string, ...codes: readonly string[]): Promise<void> {
    const before = stored(cluster, name)
    const issued = record(cluster, name).issued
    expect(isUsable(before)).toBe(true)
    workshop.edit(
      `requests/${name}.yaml`,
      'spec:\n',
      `spec:\n  reissue: ${record(cluster, name).n}\n`,
    )
    const ran = await workshop.run(['apply', '--yes', name])
    workshop.edit(`requests/${name}.yaml`, `  reissue: ${record(cluster, name).n - 1}\n`, '')
    expectRefused(ran, codes)
    expect(stored(cluster, name)).toEqual(before)
    const after = record(cluster, name)
    expect(after).toMatchObject({ issued, claim: null })
    expect(after.abandoned.at(-1)).toMatchObject({
      n: after.n,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  }

  test.each<[string, object, readonly string[]]>([
    ['the key of somebody else', { otherKey: true }, ['CERTIFICATE_KEY']],
    ['a week instead of a day', { seconds: 7 * 24 * 3600 }, ['CERTIFICATE_DATES']],
    ['more usages', { usages: ['client auth', 'server auth'] }, ['CERTIFICATE_USAGE']],
    ['no usages at all', { usages: [] }, ['CERTIFICATE_USAGE']],
  ])(
    'a certificate with %s is refused and not stored, and the old Secret stays',
    async (_, faults, codes) => {
      cluster.signerFaults(faults)
      await expectUntouched('jane', ...codes)
    },
  )

  test('a certificate of another CA is refused and not stored, and the old Secret stays', async () => {
    cluster.signerFaults({ otherAuthority: cluster.strangeAuthority() })
    await expectUntouched('jane', 'CERTIFICATE_CHAIN')
  })

  test.each<[string, (request: GoRequest) => Uint8Array | string, readonly string[]]>([
    [
      'the subject of somebody else',
      request => sign({ ...request, subject: subject('O=developers', 'CN=root') }),
      ['CERTIFICATE_NAMES'],
    ],
    [
      'an additional group',
      request => sign({ ...request, subject: [...request.subject, ...subject('O=admins')] }),
      ['CERTIFICATE_NAMES'],
    ],
    [
      'an additional DNS name',
      request => sign({ ...request, sans: [{ kind: 'dnsName', value: 'api.example.com' }] }),
      ['CERTIFICATE_NAMES'],
    ],
    ['the CA flag', request => caCertificate(request), ['CERTIFICATE_CA']],
    ['dates from tomorrow', tomorrow, ['CERTIFICATE_DATES']],
    [
      'a second leaf',
      request => encodePem('CERTIFICATE', sign(request)) + encodePem('CERTIFICATE', sign(request)),
      ['CERTIFICATE'],
    ],
    [
      'every fault at once',
      request =>
        sign(
          { subject: subject('CN=x'), sans: [], spki: rogueKey(request) },
          { seconds: 1e7, usages: ['server auth'] },
          cluster.strangeAuthority(),
        ),
      [
        'CERTIFICATE_KEY',
        'CERTIFICATE_NAMES',
        'CERTIFICATE_USAGE',
        'CERTIFICATE_DATES',
        'CERTIFICATE_CHAIN',
      ],
    ],
  ])(
    'a signed certificate with %s is refused and not stored, and the old Secret stays',
    async (_, make, codes) => {
      stop = signing(make)
      await expectUntouched('web', ...codes)
    },
  )

  test('the next apply replaces the pair once the signer works', async () => {
    stop = signing(request => sign(request))
    const before = stored(cluster, 'web')
    workshop.edit('requests/web.yaml', 'spec:\n', 'spec:\n  reissue: 1\n')
    const ran = await workshop.run(['apply', '--yes', 'web'])
    expect(ran.stdout).toContain('1 of 1 · 1 done')
    expectSettled(cluster, 'web')
    expect(stored(cluster, 'web')?.certificate).not.toBe(before?.certificate)
  })

  function caCertificate({ subject: name, spki }: GoRequest): Uint8Array {
    const isCa = extension(EXTENSION_OIDS.basicConstraints, true, sequence(boolean(true)))
    const now = Date.now()
    const dates = { notBefore: new Date(now - 60_000), notAfter: new Date(now + 24 * 3600_000) }
    return signCertificate(
      rogue,
      { ...dates, subject: encodeName(name), spki, extensions: [isCa] },
      random,
    )
  }

  function tomorrow(request: GoRequest): Uint8Array {
    return sign(request, { now: new Date(Date.now() + 24 * 3600_000), seconds: 3600 })
  }

  function rogueKey(request: GoRequest): Uint8Array {
    const other = createAuthority(
      { name: 'x', notBefore: new Date(), notAfter: new Date('2040-01-01') },
      random,
    )
    const spki = new X509Certificate(other.certificatePem).publicKey.export({
      type: 'spki',
      format: 'der',
    })
    return request.spki.length === 0 ? request.spki : new Uint8Array(spki)
  }
})

describe('a Secret that another program changes', () => {
  let cluster: SandboxCluster
  let workshop: Workshop

  beforeAll(async () => {
    ;({ cluster, workshop } = await open())
    configure(workshop, { owner: OWNER, namespace: 'apps' })
    for (const name of ['first', 'again'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await restrict(cluster, workshop)
    workshop.commit()
    expect((await workshop.run(['apply', '--yes', 'again'])).code).toBe(0)
  })
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  test.each([['first'], ['again']])(
    'a Secret that changes while %s is issued is SINK_CONFLICT and stays, and the claim is released',
    async name => {
      const approving = cluster.objects.next(CSRS, ({ object }) => {
        const { metadata, status } = shown(object)
        const isIts = metadata.annotations['countersign.dev/request'] === name
        return isIts && status.conditions !== undefined
      })
      const data = { 'tls.crt': 'dGhlaXJz', 'tls.key': 'dGhlaXJz' }
      if (name === 'again') workshop.edit('requests/again.yaml', 'developers', 'releasers')
      const running = workshop.run(['apply', '--yes', name])
      await approving
      const old = cluster.objects.read('secrets', 'apps', `${name}-tls`)
      const metadata = old?.['metadata'] ?? { name: `${name}-tls`, namespace: 'apps' }
      const theirs = { ...old, metadata, type: 'kubernetes.io/tls', data }
      if (old === null) cluster.objects.create('secrets', theirs)
      else cluster.objects.replace('secrets', theirs)
      expectRefused(await running, ['SINK_CONFLICT'])
      const secret = shown(cluster.objects.read('secrets', 'apps', `${name}-tls`))
      expect(secret.data).toEqual(data)
      expect(record(cluster, name).claim).toBeNull()
    },
  )
})

describe('concurrent applies', () => {
  let cluster: SandboxCluster
  let workshop: Workshop
  const names = Array.from({ length: 200 }, (_, index) => `person-${index}`)

  beforeAll(async () => {
    ;({ cluster, workshop } = await open())
    configure(workshop, { owner: OWNER, namespace: 'apps', more: ['limits: {maxIssue: 200}'] })
    for (const name of names) workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await restrict(cluster, workshop)
    workshop.commit()
  })
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  test('four concurrent applies issue 200 usable certificates and write no Secret twice', async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => workshop.run(['apply', '--yes'])))
    for (const ran of runs) {
      expect([0, 1]).toContain(ran.code)
      expect(ran.stdout + ran.stderr).not.toMatch(/RUN_BUG|CLAIM_LOST|SINK_CONFLICT/)
    }
    for (const name of names) {
      expectSettled(cluster, name)
      expect(writes(cluster, name)).toBe(1)
      expect(signed(cluster, name)).toHaveLength(1)
      expect(record(cluster, name).n).toBe(1)
    }
  })

  test('four concurrent applies without work write nothing', async () => {
    const before = cluster.log.length
    const runs = await Promise.all([1, 2, 3, 4].map(() => workshop.run(['apply', '--yes'])))
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const methods = new Set(
      cluster.log.slice(before).map(({ method, path }) => `${method} ${path}`),
    )
    expect([...methods].filter(each => /^(PUT|PATCH|DELETE)/.test(each))).toEqual([])
  })
})

describe('a holder that stalls', () => {
  let cluster: SandboxCluster
  let workshop: Workshop
  let ahead = 0

  beforeAll(async () => {
    ;({ cluster, workshop } = await open({ now: () => new Date(Date.now() + ahead) }))
    configure(workshop, { owner: OWNER, namespace: 'apps' })
    for (const name of ['busy', 'create', 'store'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await restrict(cluster, workshop)
    workshop.commit()
  })
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  const logged = (method: string, path: string): Promise<void> =>
    new Promise(resolve => {
      const from = cluster.log.length
      const timer = setInterval(() => {
        const seen = cluster.log
          .slice(from)
          .some(each => each.method === method && new RegExp(path).test(each.path))
        if (!seen) return
        clearInterval(timer)
        resolve()
      }, 5)
    })

  test('a stalled run keeps its claim, and another run is CLUSTER_CLAIMED', async () => {
    const { promise: opened, resolve: open } = deferred()
    const match = { method: 'PATCH', path: /busy-tls.*force=/ }
    cluster.faults.plan(match, { kind: 'hold', until: opened })
    const first = workshop.run(['apply', '--yes', 'busy'])
    await logged('PATCH', 'busy-tls.*force=')
    const second = await workshop.run(['apply', '--yes', 'busy']).finally(open)
    expect(second.code).toBe(1)
    expect(second.stdout).toMatch(/CLUSTER_CLAIMED\s+another run \(.+@.+\) is working on busy/)
    expect((await first).code).toBe(0)
    expectSettled(cluster, 'busy')
    expect(writes(cluster, 'busy')).toBe(1)
  })

  test('a stalled run without its claim approves nothing', async () => {
    const match = { method: 'POST', path: `/apis/certificates.k8s.io/v1/${CSRS}` }
    const { promise: opened, resolve: open } = deferred()
    cluster.faults.plan(match, { kind: 'hold', until: opened })
    const first = workshop.run(['apply', '--yes', 'create'])
    await logged('POST', match.path)
    ahead += 15 * MINUTE
    const second = await workshop.run(['apply', '--yes', 'create']).finally(open)
    expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' })
    const pair = stored(cluster, 'create')
    expectRefused(await first, ['CLUSTER_CLAIM_LOST'])
    expect(stored(cluster, 'create')).toEqual(pair)
    expect(record(cluster, 'create')).toMatchObject({ n: 2, claim: null, issued: { n: 2 } })
    expect(signed(cluster, 'create')).toHaveLength(1)
    expectSettled(cluster, 'create')
  })

  test('a stalled run does not overwrite the Secret of the next run', async () => {
    const { promise: opened, resolve: open } = deferred()
    const match = { method: 'PATCH', path: /store-tls.*force=/ }
    cluster.faults.plan(match, { kind: 'hold', until: opened })
    const first = workshop.run(['apply', '--yes', 'store'])
    await logged('PATCH', 'store-tls.*force=')
    ahead += 15 * MINUTE
    const second = await workshop.run(['apply', '--yes', 'store']).finally(open)
    expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' })
    const pair = stored(cluster, 'store')
    expectRefused(await first, ['SINK_CONFLICT'])
    expect(stored(cluster, 'store')).toEqual(pair)
    expect(writes(cluster, 'store')).toBe(1)
    expectSettled(cluster, 'store')
  })
})

describe('an API server that loses its answers', () => {
  let cluster: SandboxCluster
  let workshop: Workshop
  const lost: readonly [string, string, RegExp][] = [
    ['claim', 'POST', /configmaps$/],
    ['create', 'POST', /certificatesigningrequests$/],
    ['approval', 'PUT', /approval$/],
    ['secret', 'PATCH', /secrets.*force=/],
    ['record', 'PUT', /configmaps/],
  ]

  beforeAll(async () => {
    ;({ cluster, workshop } = await open())
    configure(workshop, { owner: OWNER, namespace: 'apps' })
    for (const name of [...lost.map(([name]) => name), 'all', 'busy', 'blind'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await restrict(cluster, workshop)
    workshop.commit()
  })
  afterEach(() => cluster.faults.clear())
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  async function expectOnce(name: string): Promise<void> {
    const ran = await workshop.run(['apply', '--yes', name])
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' })
    expect(ran.stdout).not.toMatch(/CLUSTER_|SINK_/)
    expectSettled(cluster, name)
    expect(record(cluster, name)).toMatchObject({ n: 1, issued: { n: 1 }, abandoned: [] })
    expect(signed(cluster, name)).toHaveLength(1)
  }

  test.each(lost)(
    'a lost answer to the %s leaves one attempt and no message',
    async (name, method, path) => {
      cluster.faults.plan({ method, path }, { kind: 'reset', when: 'after' })
      await expectOnce(name)
    },
  )

  test('a lost answer to every write leaves one attempt and no message', async () => {
    for (const [, method, path] of lost)
      cluster.faults.plan({ method, path }, { kind: 'reset', when: 'after' })
    await expectOnce('all')
  })

  test('a busy API server is retried', async () => {
    const busy = { kind: 'answer', code: 429, retryAfterSeconds: 1 } as const
    for (const [, method, path] of lost) cluster.faults.plan({ method, path }, busy)
    cluster.faults.plan({ path: /watch=1/ }, { kind: 'answer', code: 503 })
    await expectOnce('busy')
  })

  test('a missing right to watch stops apply before it creates anything', async () => {
    const verbs = ['get', 'list', 'create', 'update', 'patch', 'approve']
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs }]
    cluster.allow({ user: 'blind' }, rules)
    workshop.useKubeconfig(cluster, cluster.clientFor('blind'))
    const ran = await workshop.run(['apply', '--yes', 'blind'])
    const says = '"blind" may not watch certificatesigningrequests\n'
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining(says)])
    expect(cluster.objects.read('configmaps', 'apps', `countersign-${OWNER}-blind`)).toBeNull()
  })
})

describe('the content of a Secret', () => {
  let cluster: SandboxCluster
  let workshop: Workshop

  beforeAll(async () => {
    ;({ cluster, workshop } = await open())
    configure(workshop, { owner: OWNER, namespace: 'apps' })
    const key = '{algorithm: ECDSA, size: 256, rotationPolicy: Never}'
    workshop.write('requests/never.yaml', requestText({ name: 'never', key }))
    for (const name of ['killed', 'typed'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await restrict(cluster, workshop)
    workshop.commit()
    expect((await workshop.run(['apply', '--yes', 'never', 'typed'])).code).toBe(0)
  })
  afterAll(async () => {
    workshop.end()
    await cluster.close()
  })

  function put(name: string, data: Readonly<Record<string, string>>): void {
    const secret = cluster.objects.read('secrets', 'apps', `${name}-tls`)
    const encoded = Object.entries(data).map(([key, text]) => [
      key,
      Buffer.from(text).toString('base64'),
    ])
    const data64 = { ...objectAt(secret ?? {}, 'data'), ...Object.fromEntries(encoded) }
    const next = { ...secret, data: data64 }
    cluster.objects.replace('secrets', next)
  }

  test('a Secret that changed after a killed run stored it is not recorded, and a new pair is issued', async () => {
    const killed = await workshop.run(['apply', '--yes', 'killed'], {
      killAt: 'after PATCH /secrets/',
    })
    expect(killed.signal).toBe('SIGKILL')
    const { certificatePem, keyPem } = cluster.clientFor('killed', ['developers', 'admins'])
    put('killed', { 'tls.crt': certificatePem, 'tls.key': keyPem })
    expect((await workshop.run(['apply', '--yes', 'killed'])).code).toBe(0)
    expect(stored(cluster, 'killed')?.certificate).not.toBe(certificatePem)
    expect(record(cluster, 'killed')).toMatchObject({ n: 2, issued: { n: 2 } })
    expectSettled(cluster, 'killed')
  })

  test('rotationPolicy Never keeps the key of the Secret', async () => {
    const before = stored(cluster, 'never')
    workshop.edit('requests/never.yaml', 'developers', 'releasers')
    expect((await workshop.run(['apply', '--yes', 'never'])).code).toBe(0)
    const after = stored(cluster, 'never')
    expect(after?.key).toBe(before?.key)
    expect(after?.certificate).not.toBe(before?.certificate)
    expectSettled(cluster, 'never')
  })

  test('an unreadable key under rotationPolicy Never fails its own step only', async () => {
    put('never', { 'tls.key': 'a key that was broken by hand' })
    workshop.edit('requests/never.yaml', 'releasers', 'viewers')
    workshop.edit('requests/killed.yaml', 'developers', 'viewers')
    const ran = await workshop.run(['apply', '--yes', 'never', 'killed'])
    expectRefused(ran, ['SINK_KEY_UNREADABLE', '2 of 2 · 1 done · 1 failed'])
    expect(ran.stdout).not.toContain('broken by hand')
    expect(record(cluster, 'never')).toMatchObject({ claim: null, issued: { n: 2 } })
    expectSettled(cluster, 'killed')
  })

  test('a Secret of another type is SINK_TYPE before anything is created', async () => {
    const before = stored(cluster, 'typed')
    workshop.remove('requests/typed.yaml')
    const { pem } = opensslRequest({ subject: '/O=developers/CN=typed' })
    workshop.write('requests/typed.csr', pem)
    const objects = cluster.objects.list(CSRS).length
    const ran = await workshop.run(['apply', '--yes', 'typed'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('SINK_TYPE')
    expect(ran.stdout).toContain(
      'Secret apps/typed-tls is of type kubernetes.io/tls, and has to be Opaque for this request',
    )
    expect(cluster.objects.list(CSRS)).toHaveLength(objects)
    expect(stored(cluster, 'typed')).toEqual(before)
    expect(record(cluster, 'typed').claim).toBeNull()
  })
})

test('an API server of another CA is refused, whatever NODE_TLS_REJECT_UNAUTHORIZED is', async () => {
  const { cluster, workshop } = await open()
  configure(workshop, { owner: OWNER, namespace: 'apps' })
  workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
  const admin = cluster.clientFor('admin', ['system:masters'])
  workshop.useKubeconfig({ server: cluster.server, caPem: cluster.clientCaPem }, admin)
  const ran = await workshop.run(['plan'], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
  workshop.end()
  await cluster.close()
  expect(ran.code).toBe(2)
  expect(ran.stdout + ran.stderr).toContain('CLUSTER_UNREACHABLE')
  expect(cluster.log).toEqual([])
})
