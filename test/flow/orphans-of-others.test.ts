// Two configured clusters may be one API server, and two configurations may share an owner there: an object in the records of one
// is no orphan for the other.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { policyText, requestText } from '../build/request-text.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'
import type { ShownProblem } from '../build/shown-json.ts'

const MINUTE = 60_000
/** Longer than any run works on a request. */
const AHEAD_MS = 13 * MINUTE

let cluster: SandboxCluster
let ahead = 0
const workshop = new Workshop()

beforeAll(async () => {
  cluster = await startSandboxCluster({
    authorities: 'two',
    namespaces: ['apps', 'east', 'west', 'other'],
    now: () => new Date(Date.now() + ahead),
  })
  const login = kubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  writeFileSync(join(workshop.folder, 'one.kubeconfig'), login)
  configureClusters({ east: 'east', west: 'west' })
  workshop.write('policies/everybody.yaml', policyText('apps'))
  workshop.write('requests/jane.yaml', requestText({ name: 'jane', more: ['clusters: [east]'] }))
  expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
  ahead = AHEAD_MS
})
afterAll(async () => {
  workshop.end()
  await cluster.close()
})

/** Clusters by the namespace of their records. */
function configureClusters(namespaces: Readonly<Record<string, string>>): void {
  const blocks = Object.entries(namespaces).map(
    ([name, namespace]) =>
      `  ${name}: {provider: other, recordNamespace: ${namespace}, auth: {kubeconfig: {path: one.kubeconfig}}}`,
  )
  workshop.write(
    'countersign.yaml',
    `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: shared}
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
`,
  )
}

async function orphans(): Promise<readonly string[]> {
  const ran = await workshop.run(['status', '-o', 'json'])
  return JSON.parse(ran.stdout).orphans.map(({ message }: ShownProblem) => message)
}

test('a request in the records of another configured cluster is no orphan', async () => {
  expect(await orphans()).toEqual([])
})

test('a request in the records of another configuration is no orphan', async () => {
  configureClusters({ east: 'other' })
  expect(await orphans()).toEqual([])
})

test('a request that its own records lost is an orphan', async () => {
  configureClusters({ east: 'east', west: 'west' })
  cluster.objects.remove('configmaps', 'east', 'countersign-shared-jane')
  expect(await orphans()).toEqual([expect.stringMatching(/^cs-jane-.* is signed/)])
})
