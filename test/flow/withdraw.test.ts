// Withdrawals: what is deleted and when, by files in git, and what stays because it belongs to somebody else.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { ApiClient } from '../build/api-client.ts'
import { configure, requestText } from '../build/request-text.ts'
import { storedPair, storedRecord } from '../build/stored.ts'
import { rows, testWhole } from '../build/extent.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'
import type { ShownStep } from '../build/shown-json.ts'
import { shown } from '../build/api-object.ts'
const WITHDRAW = 'spec:\n  withdraw: true\n'

/** Kill points of a withdrawal. */
const POINTS = [
  ['before-claim', 'before PUT /configmaps/'],
  ['after-claim', 'after PUT /configmaps/'],
  ['before-delete', 'before DELETE /secrets/'],
  ['after-delete', 'after DELETE /secrets/'],
] as const

describeSubjects('withdrawal', subject => {
  const workshop = new Workshop()
  let owner = ''

  const secret = (name: string) => storedPair(subject(), subject().namespace, `${name}-tls`)
  const record = (name: string) =>
    storedRecord(subject(), subject().namespace, `countersign-${owner}-${name}`)
  const names = [
    'asked',
    'stricter',
    'gone',
    'foreign',
    'moved',
    'unread',
    ...POINTS.map(([name]) => name),
  ]

  /** A binding of a user as a plan names it; null if the cluster has no bindings. */
  async function bind(user: string): Promise<string | null> {
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const name = subject().name(user)
    const made = await subject().admin.post(`${rbac}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    })
    if (made.code === 404) return null
    subject().later(`${rbac}/clusterrolebindings/${name}`)
    return `ClusterRoleBinding ${name}`
  }

  beforeAll(async () => {
    owner = subject().name('withdraw')
    configure(workshop, {
      owner,
      namespace: subject().namespace,
      more: ['limits: {maxWithdraw: 100%}'],
    })
    for (const name of names) workshop.write(`requests/${name}.yaml`, requestText({ name }))
    const { namespace } = subject()
    const more = [
      'sinks:',
      `- secret: {namespace: ${namespace}, name: both-tls}`,
      `- kubeconfig: {secret: {namespace: ${namespace}, name: both-kubeconfig}}`,
    ]
    workshop.write('requests/both.yaml', requestText({ name: 'both', more }))
    await givePrintedRights(subject(), workshop, owner, ['--with-bindings'])
    workshop.commit()
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
  })
  afterAll(() => workshop.end())

  test('a withdrawal deletes the Secret at once and reports the expiry of the certificate', async () => {
    workshop.edit('requests/asked.yaml', 'spec:\n', WITHDRAW)
    const plan = await workshop.run(['plan'])
    expect(plan.stdout).toMatch(/asked\s+withdraw\s+asked for; certificate keeps working until /)
    const ran = await workshop.run(['apply', '--yes', 'asked'])
    expect(ran.stdout).toMatch(
      /asked\s+withdrawn\s+deleted Secret \S+\/asked-tls; the certificate works/,
    )
    expect(ran.code).toBe(0)
    expect(await secret('asked')).toBeNull()
    expect(await record('asked')).toMatchObject({
      claim: null,
      withdrawnAt: expect.any(String),
      issued: { n: 1 },
    })
    expect((await workshop.run(['apply', '--yes', 'asked'])).stdout).not.toContain('withdrawn')
  })

  test('a policy that allows a withdrawn request no longer is no fault of it', async () => {
    workshop.edit('requests/stricter.yaml', 'spec:\n', WITHDRAW)
    const ran = await workshop.run(['apply', '--yes', 'stricter'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('deleted Secret')])
    const policy = workshop.read('policies/everybody.yaml')
    workshop.edit(
      'policies/everybody.yaml',
      'commonName: {value: "*"}',
      'commonName: {value: "asked"}',
    )
    try {
      expect((await workshop.run(['status'])).stdout).toMatch(/gone.* blocked/)
      expect((await workshop.run(['status'])).stdout).not.toMatch(/stricter.* blocked/)
    } finally {
      workshop.write('policies/everybody.yaml', policy)
    }
  })

  test('a withdrawal deletes a kubeconfig Secret too, and reports bindings that stay in effect', async () => {
    const { namespace } = subject()
    const path = `/api/v1/namespaces/${namespace}/secrets/both-kubeconfig`
    expect((await subject().admin.get(path)).code).toBe(200)
    workshop.edit('requests/both.yaml', 'spec:\n', WITHDRAW)
    const binding = await bind('both')
    const ran = await workshop.run(['apply', '--yes', 'both'])
    expect(ran.stdout).toContain(
      `deleted Secret ${namespace}/both-tls, Secret ${namespace}/both-kubeconfig`,
    )
    if (binding !== null)
      expect(ran.stdout).toMatch(new RegExp(`works until \\S+ \\S+ by ${binding}`))
    expect(ran.code).toBe(0)
    expect([(await subject().admin.get(path)).code, await secret('both')]).toEqual([404, null])
  })

  test('a reverted withdrawal issues the next certificate', async () => {
    workshop.edit('requests/asked.yaml', WITHDRAW, 'spec:\n')
    expect((await workshop.run(['apply', '--yes', 'asked'])).code).toBe(0)
    expect(await record('asked')).toMatchObject({ withdrawnAt: null, issued: { n: 2 } })
    expect(await secret('asked')).not.toBeNull()
  })

  test('a removed file keeps its Secret while the certificate is valid', async () => {
    workshop.remove('requests/gone.yaml')
    const before = await secret('gone')
    const ran = await workshop.run(['apply', '--yes', 'gone'])
    expect(ran).toMatchObject({ code: 0 })
    expect(await secret('gone')).toEqual(before)
    expect(await record('gone')).toMatchObject({ claim: null, withdrawnAt: null })
  })

  test('a withdrawal of a moved file with another Secret deletes the Secret that was issued', async () => {
    workshop.remove('requests/moved.yaml')
    const sinks = `- secret: {namespace: ${subject().namespace}, name: other-tls}`
    const more = ['withdraw: true', 'sinks:', sinks]
    workshop.write('requests/away/moved.yaml', requestText({ name: 'moved', more }))
    const ran = await workshop.run(['apply', '--yes', 'moved'])
    expect(ran.stdout).toContain('/moved-tls; the certificate works')
    expect([ran.code, await secret('moved')]).toEqual([0, null])
  })

  test('a withdrawal keeps a Secret without our annotation', async () => {
    const path = `/api/v1/namespaces/${subject().namespace}/secrets/foreign-tls`
    const patch = [
      {
        op: 'replace',
        path: '/metadata/annotations/countersign.dev~1request',
        value: 'somebody',
      },
    ]
    const changed = await subject().admin.patch(path, patch, 'application/json-patch+json')
    expect(changed.code).toBe(200)
    workshop.edit('requests/foreign.yaml', 'spec:\n', WITHDRAW)
    const ran = await workshop.run(['apply', '--yes', 'foreign'])
    expect(ran.stdout).toContain('SINK_NOT_DELETED')
    expect(ran.code).toBe(0)
    expect(await secret('foreign')).not.toBeNull()
  })

  test('a plan has no withdrawals while a request file is unreadable', async () => {
    workshop.remove('requests/unread.yaml')
    workshop.write('requests/broken.yaml', 'apiVersion: [')
    const plan = await workshop.run(['plan', '-o', 'json'])
    const steps = JSON.parse(plan.stdout).steps.filter(({ kind }: ShownStep) => kind === 'withdraw')
    expect(steps.map(({ name }: ShownStep) => name)).not.toContain('unread')
    workshop.remove('requests/broken.yaml')
  })

  test.each(rows(POINTS, ([name]) => name === 'after-claim'))(
    'a withdrawal that is killed %s is completed by the next apply',
    async (name, killAt) => {
      workshop.edit(`requests/${name}.yaml`, 'spec:\n', WITHDRAW)
      const killed = await workshop.run(['apply', '--yes', name], { killAt })
      expect(killed.signal).toBe('SIGKILL')
      const healed = await workshop.run(['apply', '--yes', name])
      expect({ code: healed.code, stderr: healed.stderr }).toEqual({ code: 0, stderr: '' })
      expect(await secret(name)).toBeNull()
      expect(await record(name)).toMatchObject({ claim: null, withdrawnAt: expect.any(String) })
      expect((await record(name)).abandoned).toEqual([])
    },
  )
})

describe('a certificate that expired after its file was removed', () => {
  const DAYS_MS = 2 * 86_400_000
  let cluster: SandboxCluster
  let workshop: Workshop
  let ahead = 0
  const later = () => ({
    env: {
      NODE_OPTIONS: `--import ${new URL('../build/clock-ahead.mjs', import.meta.url).pathname}`,
      AHEAD_MS: String(ahead),
    },
  })
  const login = (): void =>
    workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  const passDays = (): void => {
    ahead = DAYS_MS
    login()
  }
  const secret = (name: string): unknown => cluster.objects.read('secrets', 'apps', name)

  beforeEach(async () => {
    ahead = 0
    cluster = await startSandboxCluster({
      authorities: 'two',
      namespaces: ['apps'],
      now: () => new Date(Date.now() + ahead),
    })
    workshop = new Workshop()
    login()
    configure(workshop, { owner: 'later', namespace: 'apps' })
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
  })
  afterEach(async () => {
    workshop.end()
    await cluster.close()
  })

  test('an expired certificate of a removed file is deleted from its sinks', async () => {
    workshop.commit()
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    workshop.remove('requests/jane.yaml')
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    expect(secret('jane-tls')).not.toBeNull()
    passDays()
    const ran = await workshop.run(['apply', '--yes'], later())
    expect(ran.stdout).toContain('deleted Secret apps/jane-tls')
    expect(ran.code).toBe(0)
    expect(secret('jane-tls')).toBeNull()
    expect((await workshop.run(['apply', '--yes'], later())).stdout).toContain('nothing to issue')
  })

  testWhole(
    'an expired certificate is deleted from the sinks of the file in git, whatever its record names',
    async () => {
      workshop.commit()
      workshop.write('requests/mark.yaml', requestText({ name: 'mark' }))
      expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
      const map = shown(cluster.objects.read('configmaps', 'apps', 'countersign-later-jane'))
      const told = map.data['record.json'].replaceAll('"jane-tls"', '"mark-tls"')
      expect(told).not.toBe(map.data['record.json'])
      const admin = new ApiClient(cluster, cluster.clientFor('admin', ['system:masters']))
      const patch = { data: { 'record.json': told } }
      const path = '/api/v1/namespaces/apps/configmaps/countersign-later-jane'
      expect((await admin.patch(path, patch, 'application/merge-patch+json')).code).toBe(200)
      admin.close()
      workshop.remove('requests/jane.yaml')
      passDays()
      const ran = await workshop.run(['apply', '--yes', 'jane'], later())
      expect(ran.stdout).toContain('deleted Secret apps/jane-tls')
      expect(secret('jane-tls')).toBeNull()
      expect(secret('mark-tls')).not.toBeNull()
    },
  )

  testWhole('an expired certificate stays if no file in git names its sinks', async () => {
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    workshop.remove('requests/jane.yaml')
    passDays()
    const ran = await workshop.run(['apply', '--yes'], later())
    expect(ran.stdout).toContain('PLAN_WITHDRAW_UNKNOWN')
    expect(ran.code).toBe(1)
    expect(secret('jane-tls')).not.toBeNull()
  })
})
