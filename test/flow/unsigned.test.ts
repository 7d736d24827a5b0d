// A signer that comes late: what was approved for the requester's own key is collected by the next run, not asked for again.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/cluster/cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/cluster/cluster.ts'
import { configure, requestText } from '../build/request-text.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { Workshop } from '../build/workshop.ts'

const MINUTE = 60_000
const CSRS = 'certificatesigningrequests'

let cluster: SandboxCluster
const workshop = new Workshop()

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
  workshop.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  configure(workshop, { owner: 'late', namespace: 'apps' })
  const { pem } = opensslRequest({ subject: '/O=developers/CN=guest' })
  workshop.write('requests/guest.csr', pem)
  workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
}, MINUTE)
afterAll(async () => {
  workshop.end()
  await cluster.close()
})

const objects = (name: string): readonly string[] =>
  cluster.objects
    .list(CSRS)
    .filter(({ metadata }: any) => metadata.annotations['countersign.dev/request'] === name)
    .map(({ metadata }: any) => metadata.name)
const record = (name: string): any => {
  const map: any = cluster.objects.read('configmaps', 'apps', `countersign-late-${name}`)
  return JSON.parse(map.data['record.json'])
}

test(
  'an own key goes on with its attempt; a key that was lost with the run begins another',
  async () => {
    cluster.signerFaults({ isSilent: true })
    const preload = new URL('../build/impatient.mjs', import.meta.url).pathname
    const ran = await workshop.run(['apply', '--yes'], {
      env: { NODE_OPTIONS: `--import ${preload}` },
    })
    expect(ran.stdout).toContain('CLUSTER_UNSIGNED')
    expect(ran.code).toBe(2)
    expect(record('guest')).toMatchObject({ n: 1, claim: { n: 1 }, abandoned: [], failures: null })
    expect(record('jane')).toMatchObject({
      n: 1,
      claim: null,
      abandoned: [{ n: 1 }],
      failures: { count: 1 },
    })
    const [waiting] = objects('guest')
    cluster.signerFaults({})
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    expect(objects('guest')).toEqual([waiting])
    expect(record('guest')).toMatchObject({ claim: null, issued: { n: 1, objectName: waiting } })
    expect(record('jane')).toMatchObject({ claim: null, issued: { n: 2 }, failures: null })
  },
  MINUTE,
)
