// bootstrap with Ctrl-C, and twice at once, on the embedded cluster.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { until } from '../build/guarded-cluster.ts'
import { Workshop } from '../build/workshop.ts'
import type { RunOptions } from '../build/workshop.ts'
import { deferred } from '../build/deferred.ts'

let cluster: SandboxCluster
let workshop: Workshop

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two' })
  workshop = new Workshop()
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
})
afterAll(async () => {
  workshop?.end()
  await cluster?.close()
})

const bootstrap = (args: readonly string[], options: RunOptions = {}) =>
  workshop.run(
    ['bootstrap', '--cluster=prod', '--repository=acme/certs', '--owners=owner=1001', ...args],
    options,
  )
const created = (): readonly string[] =>
  cluster.log.flatMap(({ method, path }) =>
    method === 'POST' && !/dryRun|review/.test(path) ? [path] : [],
  )

test('after Ctrl-C the step in progress is finished, and what is done is said', async () => {
  const held = deferred()
  cluster.faults.plan(
    { method: 'POST', path: /\/clusterroles$/ },
    { kind: 'hold', until: held.promise },
  )
  const ran = await bootstrap(['--yes', '--context=test'], {
    meanwhile: async child => {
      await until(async () => created().some(path => path.endsWith('/clusterroles')))
      child.stderr?.once('data', () => held.resolve())
      child.kill('SIGINT')
    },
  })
  expect(ran.code).toBe(130)
  expect(ran.stderr).toContain('interrupted: finishing the step in progress')
  expect(ran.stdout).toMatch(
    /ClusterRole countersign-acme-certs-apply created\n7 of \d+ done; to continue, run it again: countersign bootstrap --cluster prod --repository acme\/certs --owners owner=1001 --context test\n$/,
  )
  expect(created()).toHaveLength(7)
})

test('two runs at once both end whole', async () => {
  const both = await Promise.all([bootstrap(['--yes']), bootstrap(['--yes'])])
  for (const { stdout } of both) expect(stdout).toContain('the guard decided correctly in dry runs')
  const states = JSON.parse((await bootstrap(['--dry-run', '-o', 'json'])).stdout).steps
  const cluster = states.filter(({ where }: { where: string }) => where === 'cluster')
  expect(new Set(cluster.map(({ state }: { state: string }) => state))).toEqual(
    new Set(['unchanged']),
  )
})

test('without a token for GitHub the cluster is set up, the repository is blocked, and a dry run has the same exit code', async () => {
  expect((await bootstrap(['--dry-run'])).code).toBe(1)
  const ran = await bootstrap(['--yes'])
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining(
      '  ✗ repository acme/certs\n      was not checked, because there is no token',
    ),
  ])
  expect(ran.stdout).toContain(
    ' 2 countersign bootstrap --cluster prod --repository acme/certs --owners owner=1001\n',
  )
})

test('an uninstall without a checkout needs the repository and no owners', async () => {
  const args = ['bootstrap', '--cluster=prod', '--uninstall', '--dry-run']
  const refused = await workshop.run(args)
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/no origin at github\.com[^]*--repository OWNER\/NAME/),
  ])
  const ran = await workshop.run([...args, '--repository=acme/certs'])
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining('--owners')])
  expect(ran.stdout).toContain('− ServiceAccount countersign/countersign-apply\n')
  expect(ran.stdout).toMatch(/\d+ to delete, 1 unchanged\n$/)
})

test('a second repository with the same record namespace is refused, and an uninstall for it deletes nothing', async () => {
  const before = cluster.log.length
  const owners = ['--owners=owner=1001', '--yes']
  const args = ['bootstrap', '--cluster=prod', '--repository=acme/pub']
  const refused = await workshop.run([...args, ...owners])
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/belongs to acme-certs [^]*acme-pub [^]*another recordNamespace/),
  ])
  const ran = await workshop.run([...args, '--uninstall', '--yes'])
  expect([ran.code, ran.stdout]).toEqual([
    0,
    expect.stringMatching(
      /stays, because of RoleBinding countersign-acme-certs-apply\n[^]*\nnothing of acme-pub is installed in prod\./,
    ),
  ])
  const writes = cluster.log.slice(before).filter(({ method }) => method !== 'GET')
  expect(writes.map(({ path }) => path)).toEqual([])
})

test('an uninstall that the login may not do removes nothing and does not say that it did', async () => {
  cluster.allow({ user: 'reader' }, [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] },
  ])
  workshop.useKubeconfig(cluster, cluster.clientFor('reader', []))
  const ran = await bootstrap(['--uninstall', '--yes'])
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining(
      'kubectl delete validatingadmissionpolicybinding countersign-acme-certs-approvals\n',
    ),
  ])
  expect(ran.stdout).toMatch(/\d+ blocked, 1 unchanged\n$/)
  expect((await bootstrap(['--uninstall', '--dry-run'])).code).toBe(1)
  expect(cluster.objects.read('namespaces', '', 'countersign')).not.toBeNull()
})
