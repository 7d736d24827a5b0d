// Sinks that changed after a run: somebody else wrote there, or the run got no answer to its write.
import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { policyText, requestText } from '../build/request-text.ts'
import type { Ran } from '../build/reuse/run.ts'
import { shown } from '../build/api-object.ts'

const SECRETS = '/api/v1/namespaces/apps/secrets'
const WRITES_SECRET = { method: 'PATCH', path: /secrets.*force=/ }
const REISSUE = 'spec:\n  reissue: 1\n'
const HURRIED = {
  env: {
    NODE_OPTIONS: `--import ${new URL('../build/skip-sleeps.mjs', import.meta.url).pathname}`,
  },
}

const { cluster, workshop, record, existingSecret, end } = await ownCluster('spoiled')
const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))

afterEach(() => cluster.faults.clear())
afterAll(end)

const apply = (name: string): Promise<Ran> => workshop.run(['apply', '--yes', name])

function attemptsFor(name: string): number {
  const objects = cluster.objects.list('certificatesigningrequests').map(shown)
  return objects.filter(({ metadata }) => metadata.annotations['countersign.dev/request'] === name)
    .length
}

async function issue(name: string, rest: object = {}): Promise<void> {
  workshop.write(`requests/${name}.yaml`, requestText({ name, ...rest }))
  expect((await apply(name)).code).toBe(0)
}

const asksAgain = (name: string): void => workshop.edit(`requests/${name}.yaml`, 'spec:\n', REISSUE)

async function change(name: string, changes: object): Promise<void> {
  const stored = existingSecret(name)
  const { data = {}, ...rest }: { data?: object } = changes
  const next = { ...stored, ...rest, data: { ...stored.data, ...data } }
  expect((await admin.put(`${SECRETS}/${name}-tls`, next)).code).toBe(200)
}

function isPair(name: string): boolean {
  const { data } = existingSecret(name)
  const text = (member: string): string => Buffer.from(data[member] ?? '', 'base64').toString()
  return new X509Certificate(text('tls.crt')).checkPrivateKey(createPrivateKey(text('tls.key')))
}

/** Expects that the Secret holds the attempt of an earlier run, and that no other attempt was made. */
async function expectFound(name: string, attempts: number): Promise<void> {
  const stored = existingSecret(name)
  expect([stored.metadata.annotations['countersign.dev/attempt'], attemptsFor(name)]).toEqual([
    String(attempts),
    attempts,
  ])
  expect((await apply(name)).code).toBe(0)
  expect(attemptsFor(name)).toBe(attempts)
  expect(existingSecret(name).data).toEqual(stored.data)
  expect(record(name).issued.n).toBe(attempts)
}

test('a new pair is recorded by the next run if its write got no answer', async () => {
  await issue('deaf')
  asksAgain('deaf')
  cluster.faults.plan(WRITES_SECRET, { kind: 'reset', when: 'after' }, 1000)
  expect((await workshop.run(['apply', '--yes', 'deaf'], HURRIED)).code).toBe(2)
  cluster.faults.clear()
  await expectFound('deaf', 2)
})

test('a new pair of a killed run is found even if the next run is killed too', async () => {
  await issue('twice')
  asksAgain('twice')
  await workshop.run(['apply', '--yes', 'twice'], { killAt: 'after PATCH /secrets/' })
  await workshop.run(['apply', '--yes', 'twice'], { killAt: 'after PUT /configmaps/' })
  expect(record('twice').claim.n).toBe(3)
  await expectFound('twice', 2)
})

test('a file of somebody else is not overwritten after an interrupted attempt', async () => {
  workshop.write('policies/everybody.yaml', `${policyText('apps')}  - file: {paths: ["out/**"]}\n`)
  workshop.write('requests/cut.yaml', requestText({ name: 'cut' }))
  await workshop.run(['apply', '--yes', 'cut'], { killAt: 'before PATCH /secrets/' })
  expect((await apply('cut')).code).toBe(0)
  expect(record('cut').abandoned).toMatchObject([{ n: 1, sha256: expect.any(String) }])
  mkdirSync(join(workshop.folder, 'out'), { mode: 0o700 })
  workshop.write('out/theirs.pem', 'precious\n')
  const more = [
    'sinks:',
    '- secret: {namespace: apps, name: cut-tls}',
    '- file: {path: out/theirs.pem}',
  ]
  workshop.write('requests/cut.yaml', requestText({ name: 'cut', more }))
  expect((await apply('cut')).stdout).toContain('SINK_NOT_OWNED')
  expect(workshop.read('out/theirs.pem')).toBe('precious\n')
})

test('a key that somebody put into the Secret is not certified under rotationPolicy Never', async () => {
  await issue('stays', { key: '{algorithm: ECDSA, size: 256, rotationPolicy: Never}' })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  await change('stays', { data: { 'tls.key': Buffer.from(pem).toString('base64') } })
  asksAgain('stays')
  const refused = await apply('stays')
  expect([refused.code, attemptsFor('stays')]).toEqual([2, 1])
  expect(refused.stdout).toContain('SINK_CHANGED')
  cluster.objects.remove('secrets', 'apps', 'stays-tls')
  expect((await apply('stays')).code).toBe(0)
  expect(isPair('stays')).toBe(true)
})

test('a key that was replaced in a Secret leads to a new pair', async () => {
  await issue('keyed')
  await issue('other')
  await change('keyed', { data: { 'tls.key': existingSecret('other').data['tls.key'] } })
  expect((await apply('keyed')).code).toBe(0)
  expect(isPair('keyed')).toBe(true)
})

test('an immutable Secret is reported before a certificate is requested', async () => {
  await issue('fixed')
  await change('fixed', { immutable: true })
  asksAgain('fixed')
  const ran = await apply('fixed')
  expect([ran.code, attemptsFor('fixed')]).toEqual([1, 1])
  expect(ran.stdout).toContain('SINK_IMMUTABLE')
})

test.each([
  ['one', ['- secret: {namespace: apps, name: one-tls}']],
  [
    'two',
    [
      '- secret: {namespace: apps, name: two-tls}',
      '- kubeconfig: {secret: {namespace: apps, name: two-kubeconfig}}',
    ],
  ],
])(
  'an attempt without a writable sink counts as a failure with %s of them',
  async (name, sinks) => {
    workshop.write(`requests/${name}.yaml`, requestText({ name, more: ['sinks:', ...sinks] }))
    cluster.faults.plan(WRITES_SECRET, { kind: 'reset', when: 'before' }, 1000)
    for (const count of [1, 2]) {
      expect((await workshop.run(['apply', '--yes', name], HURRIED)).code).toBe(2)
      expect(record(name).failures).toMatchObject({
        count,
        last: { code: expect.stringMatching(/^(SINK|CLUSTER)_/), message: expect.any(String) },
      })
    }
  },
)
