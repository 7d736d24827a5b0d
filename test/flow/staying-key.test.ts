// A certificate for a kept key (an own key, or one in a Secret) is usable whenever it is signed. So a run that could not finish
// leaves its attempt to the next run, which collects the certificate and requests no other.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { textAt } from '../../src/sandbox/api/json-values.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'
import { opensslRequest } from '../build/openssl-request.ts'
const CSRS = 'certificatesigningrequests'
const ANSWER_500 = { kind: 'answer', code: 500 } as const

const preload = new URL('../build/skip-long-waits.mjs', import.meta.url).pathname
const IMPATIENT = { env: { NODE_OPTIONS: `--import ${preload}` } }

type Obstacle = 'late' | 'blind' | 'full' | 'gone'
const OBSTACLES: readonly Obstacle[] = ['late', 'blind', 'full', 'gone']

const { cluster, workshop, record, existingSecret, end } = await ownCluster('staying')

beforeAll(async () => {
  const key = '{algorithm: ECDSA, size: 256, rotationPolicy: Never}'
  for (const name of OBSTACLES) {
    const { pem } = opensslRequest({ subject: `/O=developers/CN=guest-${name}` })
    workshop.write(`requests/guest-${name}.csr`, pem)
    workshop.write(`requests/lost-${name}.yaml`, requestText({ name: `lost-${name}` }))
    for (const first of ['kept', 'fresh'])
      workshop.write(
        `requests/${first}-${name}.yaml`,
        requestText({ name: `${first}-${name}`, key }),
      )
  }
  const kept = OBSTACLES.map(name => `kept-${name}`)
  expect((await workshop.run(['apply', '--yes', ...kept])).code).toBe(0)
  for (const name of kept) workshop.edit(`requests/${name}.yaml`, 'developers', 'releasers')
})
afterEach(() => {
  cluster.signerFaults({})
  cluster.faults.clear()
})
afterAll(end)

function put(obstacle: Obstacle): void {
  if (obstacle === 'late' || obstacle === 'gone') cluster.signerFaults({ isSilent: true })
  if (obstacle === 'blind')
    cluster.faults.plan({ method: 'GET', path: new RegExp(CSRS) }, ANSWER_500, 1000)
  if (obstacle === 'full')
    cluster.faults.plan({ method: 'PATCH', path: /secrets.*force=/ }, ANSWER_500, 1000)
}

const objects = (name: string): readonly string[] =>
  cluster.objects
    .list(CSRS)
    .filter(each => textAt(each, 'metadata', 'annotations', 'countersign.dev/request') === name)
    .map(each => textAt(each, 'metadata', 'name'))
const storedKey = (name: string): string => existingSecret(name).data['tls.key'] ?? ''

test.each<[Obstacle, string, string]>([
  ['late', 'a signer that is silent', 'CLUSTER_UNSIGNED'],
  ['blind', 'an API server that does not show what became of it', 'CLUSTER_ANSWER'],
  ['full', 'a Secret that cannot be written', 'CLUSTER_ANSWER'],
])('an attempt that is %s, by %s, is completed by the next run', async (obstacle, _, code) => {
  const names = ['guest', 'kept', 'fresh', 'lost'].map(name => `${name}-${obstacle}`)
  const [guest = '', kept = '', fresh = '', lost = ''] = names
  const before = storedKey(kept)
  put(obstacle)
  const ran = await workshop.run(['apply', '--yes', ...names], IMPATIENT)
  expect(ran.stdout).toContain(code)
  expect(ran.code).toBe(2)
  for (const [name, n] of [
    [guest, 1],
    [kept, 2],
  ] as const)
    // prettier-ignore
    expect(record(name)).toMatchObject({ n, claim: { n }, abandoned: [], failures: null })
  // A request without a kept key starts another attempt, after a wait.
  for (const name of [fresh, lost])
    expect(record(name)).toMatchObject({ claim: null, issued: null, abandoned: [{ n: 1 }] })
  const asked = [...objects(guest), ...objects(kept)]

  cluster.signerFaults({})
  cluster.faults.clear()
  const again = await workshop.run(['apply', '--yes', ...names])
  expect(again).toEqual({ ...again, code: 0, stderr: '' })
  expect([...objects(guest), ...objects(kept)]).toEqual(asked)
  expect(record(guest)).toMatchObject({ claim: null, issued: { n: 1 }, abandoned: [] })
  expect(record(kept)).toMatchObject({ claim: null, issued: { n: 2 }, abandoned: [] })
  expect(storedKey(kept)).toBe(before)
  for (const name of [fresh, lost])
    expect(record(name)).toMatchObject({ claim: null, issued: { n: 2 }, failures: null })
})

test('an attempt whose object was deleted is listed as abandoned, and another one starts', async () => {
  const names = ['guest-gone', 'kept-gone']
  put('gone')
  expect((await workshop.run(['apply', '--yes', ...names], IMPATIENT)).code).toBe(2)
  cluster.signerFaults({})
  const asked = names.map(name => record(name).claim.objectName)
  for (const name of asked) cluster.objects.remove(CSRS, '', name)
  const again = await workshop.run(['apply', '--yes', ...names])
  expect(again).toEqual({ ...again, code: 0, stderr: '' })
  for (const [index, name] of names.entries()) {
    const n = index + 1
    expect(record(name)).toMatchObject({ claim: null, issued: { n: n + 1 } })
    const lost = { n, objectName: asked[index], sha256: null, notAfter: null }
    expect(record(name).abandoned).toEqual([lost])
  }
})
