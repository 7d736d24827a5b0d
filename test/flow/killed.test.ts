// SIGKILL before and after every side effect of apply, as listed by the log of the embedded cluster: the next apply succeeds, at most
// one certificate per approved request has a usable key, every Secret equals its record, and no credential is lost.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { configure, requestText } from '../build/request-text.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { extent, rows } from '../build/extent.ts'
import { isPair, storedPair, storedRecord, whoIs } from '../build/stored.ts'
import type { StoredPair } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'
import type { ApiObject } from '../build/api-object.ts'
const CSRS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const WITHDRAW = 'spec:\n  withdraw: true\n'

type Kind = 'issue' | 'reissue' | 'kept' | 'own' | 'withdraw'
const KINDS: readonly Kind[] = ['issue', 'reissue', 'kept', 'own', 'withdraw']
/** Kill points of a short run: after each step that leaves something for the next run to find. */
const SHORT_KINDS: readonly Kind[] = ['reissue', 'withdraw']
const SHORT_POINTS = /^(?:after POST .cert|after PUT .approval|after PATCH .secrets|after DELETE)/
const KEPT_KEY = '{algorithm: ECDSA, size: 256, rotationPolicy: Never}'

interface Point {
  readonly name: string
  readonly kind: Kind
  readonly killAt: string
}

/** Every write of one apply of this kind, in order, with the names of kill-at.mjs. */
async function sideEffects(kind: Kind): Promise<readonly string[]> {
  const cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
  const workshop = new Workshop()
  try {
    workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
    configure(workshop, {
      owner: 'effects',
      namespace: 'apps',
      more: ['limits: {maxWithdraw: 100%}'],
    })
    prepare(workshop, kind, 'jane')
    workshop.commit()
    if (isSecond(kind)) expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    change(workshop, kind, 'jane')
    const before = cluster.log.length
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    const writes = cluster.log
      .slice(before)
      .filter(({ method, path }) => method !== 'GET' && !path.includes('dryRun'))
      .filter(({ path }) => !path.includes('selfsubject'))
      .map(({ method, path }) => `${method} ${patternOf(path)}`)
    return writes.map((write, at) => {
      const count = writes.slice(0, at + 1).filter(other => other === write).length
      return `${write} ${count}`
    })
  } finally {
    workshop.end()
    await cluster.close()
  }
}

/** A pattern without namespace and name. */
function patternOf(path: string): string {
  const [plain = ''] = path.split('?')
  if (plain.endsWith('/approval')) return '/approval$'
  return plain.includes('/configmaps/') || plain.includes('/secrets/')
    ? `/${plain.split('/').at(-2) ?? ''}/`
    : `/${plain.split('/').at(-1) ?? ''}$`
}

function isSecond(kind: Kind): boolean {
  return isReissue(kind) || kind === 'withdraw'
}

function isReissue(kind: Kind): boolean {
  return kind === 'reissue' || kind === 'kept'
}

function prepare(workshop: Workshop, kind: Kind, name: string): void {
  if (kind === 'own') {
    const { pem } = opensslRequest({ subject: `/O=developers/CN=${name}` })
    workshop.write(`requests/${name}.csr`, pem)
    return
  }
  const key = kind === 'kept' ? { key: KEPT_KEY } : {}
  workshop.write(`requests/${name}.yaml`, requestText({ name, ...key }))
}

function change(workshop: Workshop, kind: Kind, name: string): void {
  if (isReissue(kind)) workshop.edit(`requests/${name}.yaml`, 'developers', 'releasers')
  if (kind === 'withdraw') workshop.edit(`requests/${name}.yaml`, 'spec:\n', WITHDRAW)
}

describeSubjects('apply, killed', subject => {
  const workshop = new Workshop()
  let owner = ''
  let points: readonly Point[] = []
  let before: ReadonlyMap<string, StoredPair | null> = new Map()

  const pairOf = (name: string) => {
    const read = () => storedPair(subject(), subject().namespace, `${name}-tls`)
    // The server may have closed the idle connection while a run was killed.
    return read().catch(read)
  }
  const recordOf = (name: string) =>
    storedRecord(subject(), subject().namespace, `countersign-${owner}-${name}`)

  beforeAll(async () => {
    owner = subject().name('killed')
    const effects = await Promise.all(
      extent(KINDS, SHORT_KINDS).map(async kind => ({
        kind,
        writes: await sideEffects(kind),
      })),
    )
    const every = effects.flatMap(({ kind, writes }) =>
      writes.flatMap((write, index) =>
        ['before', 'after'].map(moment => ({
          name: `${kind}-${index}-${moment}`,
          kind,
          killAt: `${moment} ${write}`,
        })),
      ),
    )
    points = rows(every, ({ killAt }) => SHORT_POINTS.test(killAt))
    configure(workshop, {
      owner,
      namespace: subject().namespace,
      more: ['limits: {maxWithdraw: 100%}'],
    })
    for (const { kind, name } of points) prepare(workshop, kind, name)
    await givePrintedRights(subject(), workshop, owner)
    workshop.commit()
    const second = points.flatMap(({ kind, name }) => (isSecond(kind) ? [name] : []))
    expect((await workshop.run(['apply', '--yes', ...second])).code).toBe(0)
    before = new Map(
      await Promise.all(second.map(async name => [name, await pairOf(name)] as const)),
    )
    for (const { kind, name } of points) change(workshop, kind, name)
  })
  afterAll(() => workshop.end())

  test('a run that is killed before or after any side effect leaves a whole credential in the Secret', async () => {
    for (const { name, kind, killAt } of points) {
      const killed = await workshop.run(['apply', '--yes', name], { killAt })
      expect({ name, killAt, ...killed }).toMatchObject({ name, killAt, signal: 'SIGKILL' })
      const between = await pairOf(name)
      if (kind !== 'own') expect(between === null || isPair(between)).toBe(true)
      if (isReissue(kind))
        expect({ name, isStored: between !== null }).toMatchObject({ isStored: true })
    }
    process.stdout.write(
      `${points.length} points: ${points.map(({ killAt }) => killAt).join(', ')}\n`,
    )
    expect(points.length).toBeGreaterThanOrEqual(extent(25, 4))
  })

  test('the next apply repairs every killed run', async () => {
    const names = points.map(({ name }) => name)
    const healed = await workshop.run(['apply', '--yes', ...names])
    expect({ code: healed.code, stderr: healed.stderr }).toEqual({ code: 0, stderr: '' })
    const { body } = await subject().admin.get(
      `${CSRS}?labelSelector=countersign.dev/owner=${owner}`,
    )
    for (const point of points) await expectSettled(point, body.items)
  })

  test('a repeated apply has nothing to do', async () => {
    const ran = await workshop.run(['apply', '--yes', ...points.map(({ name }) => name)])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(ran.stdout).not.toMatch(/issued|withdrawn/)
  })

  test('a deleted record is rebuilt from the Secret, and nothing new is issued', async () => {
    const name = points[0]?.name ?? ''
    const stored = await pairOf(name)
    await subject().admin.delete(
      `/api/v1/namespaces/${subject().namespace}/configmaps/countersign-${owner}-${name}`,
    )
    expect((await workshop.run(['apply', '--yes', name])).code).toBe(0)
    expect((await pairOf(name))?.certificate).toBe(stored?.certificate)
    expect(await recordOf(name)).toMatchObject({
      claim: null,
      issued: { certificate: stored?.certificate },
    })
  })

  /** One usable pair as in the record and every other certificate abandoned; or nothing after a withdrawal. */
  async function expectSettled(
    { name, kind }: Point,
    objects: readonly ApiObject[],
  ): Promise<void> {
    const [pair, record] = [await pairOf(name), await recordOf(name)]
    if (kind === 'withdraw') {
      expect({ name, pair }).toEqual({ name, pair: null })
      expect(record).toMatchObject({ claim: null, withdrawnAt: expect.any(String) })
      expect(record.history).toMatchObject([{ ended: { how: 'withdrawn' } }])
      return
    }
    if (pair === null) throw new Error(`there is no Secret ${name}-tls`)
    expect(record).toMatchObject({ claim: null, issued: { certificate: pair.certificate } })
    if (kind !== 'own') expect(isPair(pair)).toBe(true)
    const signed = objects
      .filter(({ metadata }) => metadata.annotations['countersign.dev/request'] === name)
      .filter(
        ({ metadata }) =>
          metadata.annotations['countersign.dev/effective'] === record.issued.effective,
      )
      .filter(({ status }) => status.certificate !== undefined)
      .map(({ metadata }) => metadata.name)
    const known = [record.issued.objectName, ...record.abandoned.map(each => each.objectName)]
    expect(known).toEqual(expect.arrayContaining(signed))
    const current = record.history.filter(({ ended }) => ended === null)
    expect(current.map(each => each.objectName)).toEqual([record.issued.objectName])
    // A certificate for a kept key is collected, never signed again.
    if (kind === 'own' || kind === 'kept') expect(signed).toEqual([record.issued.objectName])
    if (kind === 'kept') expect(pair.key).toBe(before.get(name)?.key)
    if (!isReissue(kind)) return
    expect(before.get(name)?.certificate).not.toBe(pair.certificate)
    expect((await whoIs(subject(), pair)).groups).toContain('releasers')
  }
})
