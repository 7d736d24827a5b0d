// Several clusters, each with its own result: an unreachable one does not stop the others, one that a request drops is withdrawn
// there, and one that the configuration drops is refused.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { textAt } from '../../src/sandbox/api/json-values.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { policyText, requestText } from '../build/request-text.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'
import type { ShownStep } from '../build/shown-json.ts'
const NAMES = ['east', 'west'] as const

const clusters = new Map<string, SandboxCluster>()
const workshop = new Workshop()

beforeAll(async () => {
  for (const name of NAMES) {
    const cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
    clusters.set(name, cluster)
    const admin = cluster.clientFor('admin', ['system:masters'])
    writeFileSync(join(workshop.folder, `${name}.kubeconfig`), kubeconfig(cluster, admin))
  }
  configureClusters(NAMES)
  workshop.write('policies/everybody.yaml', policyText('apps'))
  workshop.write(
    'requests/jane.yaml',
    requestText({ name: 'jane', more: ['clusters: [east, west]'] }),
  )
  workshop.write('requests/mark.yaml', requestText({ name: 'mark', more: ['clusters: [east]'] }))
  workshop.commit()
})
afterAll(async () => {
  workshop.end()
  for (const cluster of clusters.values()) await cluster.close()
})

function configureClusters(names: readonly string[]): void {
  const blocks = names.map(
    name =>
      `  ${name}: {provider: other, recordNamespace: apps, auth: {kubeconfig: {path: ${name}.kubeconfig}}}`,
  )
  workshop.write(
    'countersign.yaml',
    `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: many}
requests: requests
clusters:
${blocks.join('\n')}
defaults:
- paths: ["requests/**"]
  spec:
    signerName: kubernetes.io/kube-apiserver-client
    usages: [digital signature, client auth]
    duration: 24h
    sinks: [{secret: {namespace: apps, name: "{name}-tls"}}]
limits: {maxWithdraw: 100%}
`,
  )
}

function secretsIn(name: string): readonly string[] {
  const found = clusters.get(name)?.objects.list('secrets') ?? []
  return found.map(each => textAt(each, 'metadata', 'name')).toSorted()
}

/** Waits between retries end at once. */
const HURRIED = {
  NODE_OPTIONS: `--import ${new URL('../build/skip-sleeps.mjs', import.meta.url).pathname}`,
}

async function outcomes(): Promise<{ code: number | null; told: readonly string[] }> {
  const ran = await workshop.run(['apply', '--yes', '-o', 'json'], { env: HURRIED })
  const { outcomes: found } = JSON.parse(ran.stdout)
  return {
    code: ran.code,
    told: found
      .map(({ name, cluster, kind }: ShownStep) => `${cluster}/${name} ${kind}`)
      .toSorted(),
  }
}

test('an unreachable cluster fails its own requests, and is issued later', async () => {
  const west = clusters.get('west')
  west?.faults.plan({ path: '/version' }, { kind: 'reset', when: 'before' }, 1000)
  const first = await outcomes()
  expect(first).toEqual({
    code: 2,
    told: ['east/jane issued', 'east/mark issued', 'west/jane refused'],
  })
  expect([secretsIn('east'), secretsIn('west')]).toEqual([['jane-tls', 'mark-tls'], []])
  west?.faults.clear()
  expect(await outcomes()).toEqual({
    code: 0,
    told: ['east/jane kept', 'east/mark kept', 'west/jane issued'],
  })
})

test('an unreachable cluster without requests is reported as text and as JSON', async () => {
  configureClusters([...NAMES, 'away'])
  const east = readFileSync(join(workshop.folder, 'east.kubeconfig'), 'utf8')
  const nowhere = east.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1')
  writeFileSync(join(workshop.folder, 'away.kubeconfig'), nowhere)
  const words = ['plan', '--cluster', 'away']
  const text = await workshop.run(words, { env: HURRIED })
  const json = await workshop.run([...words, '-o', 'json'], { env: HURRIED })
  const status = ['status', '--cluster', 'away', '-o', 'json']
  const stands = await workshop.run(status, { env: HURRIED })
  configureClusters(NAMES)
  expect([text.code, json.code, stands.code]).toEqual([2, 2, 2])
  expect(text.stdout).toContain('CLUSTER_UNREACHABLE')
  expect(JSON.parse(json.stdout)).toMatchObject({
    steps: [],
    problems: [{ code: 'CLUSTER_UNREACHABLE' }],
  })
  expect(JSON.parse(stands.stdout).problems).toMatchObject([{ code: 'CLUSTER_UNREACHABLE' }])
})

test('a cluster that a request no longer names is withdrawn there only', async () => {
  workshop.edit('requests/jane.yaml', 'clusters: [east, west]', 'clusters: [east]')
  const plan = JSON.parse((await workshop.run(['plan', '-o', 'json'])).stdout)
  const steps = plan.steps.map(({ name, cluster, kind }: ShownStep) => `${cluster}/${name} ${kind}`)
  expect(steps).toEqual(['east/jane keep', 'east/mark keep', 'west/jane withdraw'])
  expect(plan.steps[2].sinks).toEqual(['Secret apps/jane-tls'])
  workshop.edit('requests/jane.yaml', 'clusters: [east]', 'clusters: [east, west]')
})

test('the refusal to revoke a request in a cluster that it is not for names its cluster', async () => {
  const words = ['revoke', 'mark', '--cluster', 'west']
  const refused = await workshop.run([...words, '--yes'])
  const asked = await workshop.run(words, { stdin: 'no\n' })
  const command = 'the request is for east: countersign revoke mark --cluster east;'
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(command)])
  expect(refused.stderr).toContain(
    'nothing was revoked: mark has no record, no binding and no request file in this cluster',
  )
  expect(asked.stderr).toContain(`${command} mark is revoked all the same`)
})

test('a cluster that the configuration no longer has blocks its requests and deletes nothing', async () => {
  configureClusters(['east'])
  const ran = await workshop.run(['plan', '-o', 'json'])
  const { steps } = JSON.parse(ran.stdout)
  expect(steps).toMatchObject([
    { kind: 'keep', name: 'mark' },
    { kind: 'blocked', name: 'jane', problems: [{ code: 'REQUEST_CLUSTER_UNKNOWN' }] },
  ])
  expect(ran.code).toBe(1)
  expect(secretsIn('west')).toEqual(['jane-tls'])
  expect(secretsIn('east')).toEqual(['jane-tls', 'mark-tls'])
})
