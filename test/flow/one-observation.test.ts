// plan, status and apply report the same about Secrets and records; an unreadable Secret is unknown to all three.
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { ApiClient } from '../build/api-client.ts'
import { atAcme } from '../build/at-acme.ts'
import { until } from '../build/connected.ts'
import { deferred } from '../build/deferred.ts'
import { authority, pemOf } from '../build/issued.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { configure, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, rulesOf } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
import type { ShownRun, ShownStep } from '../build/shown-json.ts'

const { cluster, workshop, existingSecret, end } = await ownCluster('observed')
const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))
const isClaiming = (since: number): boolean =>
  cluster.log
    .slice(since)
    .some(({ method, path }) => method === 'POST' && path.endsWith('/configmaps'))
const SECRETS = '/api/v1/namespaces/apps/secrets'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

afterEach(() => cluster.faults.clear())
afterAll(end)

const run = (...args: readonly string[]): Promise<Ran> => workshop.run(args)
const json = async (...args: readonly string[]): Promise<ShownRun> =>
  JSON.parse((await run(...args, '--output', 'json')).stdout)

function named(list: readonly ShownStep[], name: string): ShownStep {
  const found = list.find(each => each.name === name)
  if (found === undefined) throw new Error(`nothing is said of ${name}`)
  return found
}

async function issue(name: string, more: readonly string[] = []): Promise<void> {
  workshop.write(`requests/${name}.yaml`, requestText({ name, more }))
  expect((await run('apply', '--yes', name)).code).toBe(0)
}

/** The reports of all three on one request; apply comes last, because it may repair it. */
async function said(
  name: string,
): Promise<Readonly<Record<'plan' | 'row' | 'applied' | 'outcome', ShownStep>>> {
  const plan = named((await json('plan')).steps, name)
  const row = named((await json('status')).certificates, name)
  const { plan: made, outcomes } = await json('apply', '--yes', name)
  return { plan, row, applied: named(made.steps, name), outcome: named(outcomes, name) }
}

const theirs = (namespace: string, name: string): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': '', 'tls.key': '' },
})

const foreign = (name: string): Promise<unknown> =>
  admin.created(SECRETS, theirs('apps', `${name}-tls`))

test.each<[string, (name: string) => Promise<void>]>([
  [
    'is deleted',
    async name => {
      cluster.objects.remove('secrets', 'apps', `${name}-tls`)
    },
  ],
  [
    'holds another key',
    async name => {
      const stored = existingSecret(name)
      const data = { ...stored.data, 'tls.key': Buffer.from('no key').toString('base64') }
      expect((await admin.put(`${SECRETS}/${name}-tls`, { ...stored, data })).code).toBe(200)
    },
  ],
])('plan, status and apply report a Secret that %s', async (what, spoil) => {
  const name = what.replaceAll(' ', '-')
  await issue(name)
  await spoil(name)
  const text = `missing from or changed in Secret apps/${name}-tls`
  expect((await run('plan')).stdout).toContain(text)
  const { plan, row, applied, outcome } = await said(name)
  expect(plan).toMatchObject({ kind: 'renew', because: 'CertificateMissingFromSink' })
  expect(applied).toMatchObject({ kind: 'renew', because: 'CertificateMissingFromSink' })
  expect(row.state).toBe(`to renew, ${text}`)
  expect(outcome).toMatchObject({ kind: 'issued' })
  expect((await said(name)).plan).toMatchObject({ kind: 'keep' })
})

test.each([
  ['ca.crt', '- secret: {namespace: apps}', 'tls', () => pemOf(authority('another').certificate)],
  [
    'kubeconfig',
    '- kubeconfig: {secret: {namespace: apps}}',
    'kubeconfig',
    (text: string) => text.replace(/server: .*/, 'server: https://192.0.2.1:6443'),
  ],
])(
  'a changed %s in a Secret is reported, and restored with the same certificate',
  async (key, sink, ending, spoil) => {
    const name = `changed-${ending}`
    await issue(name, ['sinks:', sink])
    const path = `${SECRETS}/${name}-${ending}`
    const { body: stored } = await admin.get(path)
    const text: string = stored.data[key] ?? ''
    const data = { ...stored.data, [key]: base64(spoil(Buffer.from(text, 'base64').toString())) }
    expect(data[key]).not.toBe(text)
    expect((await admin.put(path, { ...stored, data })).code).toBe(200)
    const { plan, row } = await said(name)
    expect(plan).toMatchObject({ kind: 'renew', because: 'CertificateMissingFromSink' })
    expect(row.state).toContain(`Secret apps/${name}-${ending}`)
    const { body: after } = await admin.get(path)
    expect(after.data).toEqual(stored.data)
    expect(after.metadata.annotations['countersign.dev/attempt']).toBe('1')
    expect((await said(name)).plan).toMatchObject({ kind: 'keep' })
  },
)

test('plan, status and apply block the first certificate on a Secret of somebody else', async () => {
  workshop.write('requests/first.yaml', requestText({ name: 'first' }))
  await foreign('first')
  const problems = [{ code: 'SINK_NOT_OWNED', at: { file: 'countersign.yaml' } }]
  const { plan, row, applied, outcome } = await said('first')
  expect([plan, applied]).toMatchObject([
    { kind: 'blocked', problems },
    { kind: 'blocked', problems },
  ])
  expect(row).toMatchObject({ state: 'blocked', until: null })
  expect(row.next).toMatch(/^SINK_NOT_OWNED: /)
  expect(outcome).toMatchObject({ kind: 'refused', problems })
  expect((await run('plan')).code).toBe(1)
  expect((await run('apply', '--yes', 'first')).code).toBe(1)
  workshop.remove('requests/first.yaml')
})

test('plan, status and apply block the renewal on a Secret of somebody else in the place of ours', async () => {
  await issue('taken')
  cluster.objects.remove('secrets', 'apps', 'taken-tls')
  await foreign('taken')
  const { plan, row, applied, outcome } = await said('taken')
  for (const each of [plan, applied, outcome])
    expect(each).toMatchObject({ problems: [{ code: 'SINK_NOT_OWNED' }] })
  expect(row).toMatchObject({ state: 'blocked', until: expect.any(String) })
  workshop.remove('requests/taken.yaml')
})

test('a plan reads one Secret for each request and tries to write one, and asks a cluster nothing else for them', async () => {
  const planned = async (count: number): Promise<readonly [secrets: number, others: number]> => {
    const names = Array.from({ length: count }, (_, index) => `many-${index}`)
    for (const name of names) workshop.write(`many/requests/${name}.yaml`, requestText({ name }))
    configure(
      { write: (path, content) => workshop.write(`many/${path}`, content) },
      { owner: 'many', namespace: 'apps' },
    )
    const since = cluster.log.length
    const { stdout } = await workshop.run(['plan'], { folder: 'many' })
    expect(stdout).toContain(`${count} to issue`)
    const asked = cluster.log.slice(since).map(({ path }) => path)
    const secrets = asked.filter(path => path.startsWith(`${SECRETS}/`))
    return [secrets.length, asked.length - secrets.length]
  }
  const [one, others] = await planned(1)
  expect(one).toBe(2)
  expect(await planned(30)).toEqual([31, others])
  workshop.remove('many')
})

test('apply creates nothing if somebody else creates the Secret after the plan', async () => {
  workshop.write('requests/raced.yaml', requestText({ name: 'raced' }))
  const { promise: opened, resolve: open } = deferred()
  cluster.faults.plan({ method: 'POST', path: /configmaps$/ }, { kind: 'hold', until: opened })
  const before = cluster.log.length
  const running = run('apply', '--yes', 'raced')
  await until(() => isClaiming(before))
  await foreign('raced').finally(open)
  const ran = await running
  expect([ran.code, ran.stdout]).toEqual([2, expect.stringContaining('SINK_NOT_OWNED')])
  expect(JSON.stringify(cluster.objects.list('certificatesigningrequests'))).not.toContain('raced')
  workshop.remove('requests/raced.yaml')
})

test('plan, status and apply report failed first attempts', async () => {
  workshop.write('requests/failing.yaml', requestText({ name: 'failing' }))
  const broken = { method: 'PUT', path: /\/approval$/ }
  const fail = async (): Promise<void> => {
    cluster.faults.plan(broken, { kind: 'answer', code: 500 }, 1000)
    expect((await run('apply', '--yes', 'failing')).code).toBe(2)
    cluster.faults.clear()
  }
  await fail()
  const text = /failing {2}issue .*; failed once, last \d+s ago/
  expect((await run('plan')).stdout).toMatch(text)
  expect(named((await json('status')).certificates, 'failing')).toMatchObject({
    until: null,
    state: 'to issue',
    next: expect.stringMatching(/^failed once, last \d+s ago \(CLUSTER_ANSWER\)$/),
  })
  expect((await run('apply', '--yes', 'failing')).stdout).toMatch(text)
  expect((await run('plan')).stdout).not.toContain('failed once')
})

describeSubjects('a Secret that may not be read', subject => {
  const blind = new Workshop()
  afterAll(() => blind.end())

  test('plan, status and apply report an unreadable Secret as unknown, with the missing right', async () => {
    const { backend, namespace } = subject()
    const owner = subject().name('blind')
    configure(blind, { owner, namespace })
    blind.write('requests/hidden.yaml', requestText({ name: 'hidden' }))
    blind.useKubeconfig(backend, backend.admin)
    expect((await blind.run(['apply', '--yes'])).code).toBe(0)
    const printed = await blind.run(['manifests', 'rbac', '--user', owner])
    const rules = rulesOf(printed.stdout).filter(({ resources }) => !resources.includes('secrets'))
    blind.useKubeconfig(backend, await backend.user(owner, [], rules))
    const message = `SINK_UNKNOWN  what Secret ${namespace}/hidden-tls holds for hidden is unknown`
    for (const words of [['plan'], ['apply', '--yes']]) {
      const ran = await blind.run(words)
      expect(ran.stdout).toContain(message)
      expect(ran.stdout).toMatch(/resources: \[secrets\], .*verbs: \[get\]/)
      expect(ran.stdout).not.toContain('nothing to issue')
      expect(ran.stdout).toContain('1 unchanged (1 of them unknown: a Secret could not be read)')
    }
    const status = await blind.run(['status'])
    expect(status.stderr).toContain(message)
    expect(status.stdout).toMatch(/unknown whether stored in Secret\s+\S+\/hidden-tls/)
  })
})

test('the action blocks the first certificate on a Secret of somebody else in plan and outcome', () =>
  atAcme(async ({ acme, place: { admin: there, namespace } }) => {
    acme.merges(1, { 'requests/people/jane.yaml': 'usual' }, 'squash')
    await there.created(`/api/v1/namespaces/${namespace}/secrets`, theirs(namespace, 'jane-tls'))
    const ran = await acme.apply()
    const problems = [{ code: 'SINK_NOT_OWNED' }]
    expect(ran.result.plan.steps).toMatchObject([{ kind: 'blocked', problems }])
    expect(ran.result.outcomes).toMatchObject([{ kind: 'refused', problems }])
    expect(ran.outputs).toMatchObject({ 'blocked-count': '1', 'failed-count': '0' })
  }))
