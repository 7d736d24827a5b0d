// The clusters that a controller opens.
import { expect, test } from '@jest/globals'
import { kubernetesCluster } from '../../../../src/adapters/kubernetes/objects/cluster-client.ts'
import { systemClock } from '../../../../src/adapters/system/system-clock.ts'
import type { GithubSecrets } from '../../../../src/ports/github-secrets.ts'
import type { Locks } from '../../../../src/ports/locks.ts'
import { standIn } from '../../../build/stand-in.ts'
import { CountersignError, failure } from '../../../../src/domain/problem.ts'
import { fencedClusters, fencedSinks } from '../../../../src/workflows/control/fenced-clusters.ts'
import { credentialOf } from '../../../build/connected.ts'
import { clusterConfig } from '../../../build/effective.ts'

const SERVER = 'https://127.0.0.1:1'
const PLACE = { name: 'prod', owner: 'acme', recordNamespace: 'apps' }
const ONLY = { ...PLACE, server: SERVER }
const CONFIG = clusterConfig(PLACE)

/** A cluster that nothing listens for. */
function closing(server: string) {
  const credential = credentialOf({ server, caPem: '' }, {})
  const cluster = kubernetesCluster(PLACE, credential, systemClock, () => 0.5)
  const opened = {
    ...cluster,
    isClosed: false,
    async close(): Promise<void> {
      opened.isClosed = true
      await cluster.close()
    },
  }
  return opened
}

test.each([
  ['the owner', { owner: 'other' }],
  ['the namespace of the records', { recordNamespace: 'other' }],
  ['the API server', { server: 'https://127.0.0.1:2' }],
])('a changed configuration with another value for %s writes nothing', async (_, changed) => {
  const { owner, recordNamespace, server } = { ...ONLY, ...changed }
  const cluster = closing(server)
  const clusters = fencedClusters({ open: async () => cluster }, ONLY, async () => undefined)
  await expect(clusters.open({ ...CONFIG, recordNamespace }, owner)).rejects.toMatchObject({
    problem: { code: 'CONTROLLER_MOVED' },
  })
  expect(cluster.isClosed).toBe(true)
})

/** Every method of the parts of a cluster: those that write, and those that only read. */
const METHODS = {
  signingRequests: [
    ['create', 'approve', 'deny'],
    // Only csr delete removes one.
    ['read', 'observe', 'list', 'listRows', 'readSmall', 'remove'],
  ],
  records: [
    ['write'],
    // A mark is written before a pass acts: it says what changed, and gives nothing.
    ['list', 'read', 'rehearse', 'writeMarks'],
  ],
  secrets: [
    ['apply', 'remove'],
    ['rehearse', 'read'],
  ],
  grants: [
    ['bind', 'unbind'],
    ['list', 'rulesOf', 'namespaceUid', 'checkGuard', 'isLive'],
  ],
  revocations: [['add', 'remove'], ['list']],
} as const
const PARTS = Object.entries(METHODS).map(([part, [writes, reads]]) => ({ part, writes, reads }))

test.each(PARTS)(
  'every method of $part is known to write or to read',
  ({ part, writes, reads }) => {
    const object: object = Reflect.get(closing(SERVER), part)
    expect(Object.keys(object).toSorted()).toEqual([...writes, ...reads].toSorted())
  },
)

test.each(PARTS.flatMap(({ part, writes }) => writes.map(method => [part, method] as const)))(
  '%s.%s writes nothing if this process no longer leads',
  async (part, method) => {
    const check = (): Promise<never> =>
      Promise.reject(failure('CONTROLLER_NOT_LEADER', 'two leads now', null))
    const clusters = fencedClusters({ open: async () => closing(SERVER) }, ONLY, check)
    const object: object = Reflect.get(await clusters.open(CONFIG, 'acme'), part)
    const write: unknown = Reflect.get(object, method)
    if (typeof write !== 'function') throw new Error(`${part} has no ${method}`)
    const answer: unknown = Reflect.apply(write, object, [{}])
    await expect(answer).rejects.toBeInstanceOf(CountersignError)
    await expect(answer).rejects.toMatchObject({ problem: { code: 'CONTROLLER_NOT_LEADER' } })
  },
)

test.each(['put', 'remove'] as const)(
  'a secret at GitHub is not written (%s) if this process no longer leads',
  async method => {
    const written: string[] = []
    const secrets = new Proxy(standIn<GithubSecrets>({}), {
      get: (_, name) => async () => void written.push(String(name)),
    })
    const sinks = {
      locks: standIn<Locks>({}),
      artifacts: null,
      files: null,
      githubSecrets: secrets,
    }
    const lost = (): Promise<never> =>
      Promise.reject(failure('CONTROLLER_NOT_LEADER', 'two leads now', null))
    const call = (check: () => Promise<void>): unknown => {
      const fenced = fencedSinks(sinks, check).githubSecrets
      return Reflect.apply(Reflect.get(fenced ?? {}, method), fenced, [{}, {}])
    }
    await expect(call(lost)).rejects.toMatchObject({ problem: { code: 'CONTROLLER_NOT_LEADER' } })
    expect(written).toEqual([])
    await call(async () => undefined)
    expect(written).toEqual([method])
  },
)
