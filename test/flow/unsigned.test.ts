// A signer that comes late: what was approved for a key that stays, the requester's own or one in a Secret, is collected by the
// next run, not asked for again.
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
  const key = '{algorithm: ECDSA, size: 256, rotationPolicy: Never}'
  for (const name of ['kept', 'fresh'])
    workshop.write(`requests/${name}.yaml`, requestText({ name, key }))
  expect((await workshop.run(['apply', '--yes', 'kept'])).code).toBe(0)
  workshop.edit('requests/kept.yaml', 'developers', 'releasers')
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
const storedKey = (name: string): string => {
  const secret: any = cluster.objects.read('secrets', 'apps', `${name}-tls`)
  return secret.data['tls.key']
}
const record = (name: string): any => {
  const map: any = cluster.objects.read('configmaps', 'apps', `countersign-late-${name}`)
  return JSON.parse(map.data['record.json'])
}

test(
  'a key that stays goes on with its attempt; a key that was lost with the run begins another',
  async () => {
    const before = storedKey('kept')
    cluster.signerFaults({ isSilent: true })
    const preload = new URL('../build/impatient.mjs', import.meta.url).pathname
    const ran = await workshop.run(['apply', '--yes'], {
      env: { NODE_OPTIONS: `--import ${preload}` },
    })
    expect(ran.stdout).toContain('CLUSTER_UNSIGNED')
    expect(ran.code).toBe(2)
    expect(record('guest')).toMatchObject({ n: 1, claim: { n: 1 }, abandoned: [], failures: null })
    expect(record('kept')).toMatchObject({ n: 2, claim: { n: 2 }, abandoned: [], failures: null })
    for (const name of ['jane', 'fresh'])
      expect(record(name)).toMatchObject({
        n: 1,
        claim: null,
        abandoned: [{ n: 1 }],
        failures: { count: 1 },
      })
    const [waiting] = objects('guest')
    const ofKept = objects('kept')
    const asked = ofKept.find(name => name.endsWith('-2'))
    cluster.signerFaults({})
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    expect(objects('guest')).toEqual([waiting])
    expect(record('guest')).toMatchObject({ claim: null, issued: { n: 1, objectName: waiting } })
    expect(objects('kept')).toEqual(ofKept)
    expect(record('kept')).toMatchObject({ claim: null, issued: { n: 2, objectName: asked } })
    expect(storedKey('kept')).toBe(before)
    for (const name of ['jane', 'fresh'])
      expect(record(name)).toMatchObject({ claim: null, issued: { n: 2 }, failures: null })
  },
  MINUTE,
)
