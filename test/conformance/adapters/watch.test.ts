// One watch per cluster, shared by all observers: what they see, and which interruptions stay hidden from them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { Seen } from '../../../src/domain/cluster/signing-request.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { JsonObject } from '../../../src/sandbox/api/json-values.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { asJson } from '../../build/api-object.ts'
import { clusterAt, failureOf, quickClock, soon, statesOf, until } from '../../build/connected.ts'
import { startOddServer } from '../../build/odd-server.ts'
import type { OddAnswer } from '../../build/odd-server.ts'
import { startRelay } from '../../build/relay.ts'
import type { Relay } from '../../build/relay.ts'
import {
  SIGNING_REQUESTS,
  condition,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Subject } from '../../build/subjects.ts'

const CSRS = 'certificatesigningrequests'

function labelled(name: string, owner = 'acme'): JsonObject {
  const metadata = { name, labels: { 'countersign.dev/owner': owner } }
  return asJson(signingRequest(name, {}, { metadata }))
}

function conditionsOf(seen: Seen): readonly string[] | 'absent' {
  return seen.kind === 'absent' ? 'absent' : seen.object.conditions.map(({ type }) => type)
}

describeSubjects('an observer', subject => {
  let open: Cluster
  let owner = ''
  const ending = new AbortController()

  beforeAll(() => {
    owner = subject().name('w').slice(0, 40)
    open = clusterAt(subject().backend, subject().backend.admin, { owner })
  })
  afterAll(async () => {
    ending.abort()
    await open.close()
  })

  const make = async (base: string): Promise<string> => {
    const name = subject().name(base)
    subject().later(`${SIGNING_REQUESTS}/${name}`)
    await subject().admin.created(SIGNING_REQUESTS, labelled(name, owner))
    return name
  }
  const observe = (name: string) => statesOf(open.signingRequests.observe(name, ending.signal))
  const decide = async (on: Subject, name: string, type: string) => {
    const { body } = await on.admin.get(`${SIGNING_REQUESTS}/${name}`)
    await on.admin.put(
      `${SIGNING_REQUESTS}/${name}/approval`,
      withConditions(body, condition(type)),
    )
  }

  test('an observer sees the creation, the change and the deletion of an object', async () => {
    const states = observe(subject().name('story'))
    const name = await make('story')
    expect(conditionsOf(await states.next())).toEqual([])
    await decide(subject(), name, 'Denied')
    // An object that is created while the watch begins may be seen by the look and by its event.
    let seen = await states.next()
    while (conditionsOf(seen).length === 0) seen = await states.next()
    expect(conditionsOf(seen)).toEqual(['Denied'])
    await subject().admin.delete(`${SIGNING_REQUESTS}/${name}`)
    expect(await states.next()).toEqual({ kind: 'absent' })
  })

  test('an observer sees the next object of the same name as another object', async () => {
    const states = observe(subject().name('twice'))
    const name = await make('twice')
    const first = await states.next()
    await subject().admin.delete(`${SIGNING_REQUESTS}/${name}`)
    await make('twice')
    let seen = await states.next()
    // The watch may report the deletion after the next object exists.
    if (seen.kind === 'absent') seen = await states.next()
    const uid = (each: Seen) => (each.kind === 'present' ? each.object.version.uid : null)
    expect(uid(seen)).not.toBe(uid(first))
    expect(uid(seen)).not.toBeNull()
  })

  test('an object that loses its label is not reported as deleted', async () => {
    const states = observe(subject().name('relabelled'))
    const name = await make('relabelled')
    await states.next()
    const labels = { 'countersign.dev/owner': null }
    await subject().admin.patch(
      `${SIGNING_REQUESTS}/${name}`,
      { metadata: { labels } },
      MERGE_PATCH,
    )
    expect(await states.next()).toMatchObject({ kind: 'present', object: { name, labels: {} } })
  })
})

describe('the watch of a cluster', () => {
  let cluster: SandboxCluster
  let relay: Relay
  let open: Cluster
  let observing: AbortController
  const closing: (() => unknown)[] = []

  beforeAll(async () => {
    cluster = await startSandboxCluster()
    relay = await startRelay(cluster.server)
  })
  afterAll(async () => {
    await relay.close()
    await cluster.close()
  })
  afterEach(async () => {
    observing.abort()
    cluster.faults.clear()
    for (const close of closing.splice(0)) await close()
    await until(() => cluster.watchCount === 0)
  })

  function observer(name: string, as = cluster.clientFor('admin', ['system:masters'])) {
    open = clusterAt({ server: relay.server, caPem: cluster.caPem }, as, { clock: quickClock() })
    observing = new AbortController()
    closing.push(() => open.close())
    return statesOf(open.signingRequests.observe(name, observing.signal))
  }
  const make = (name: string) => cluster.objects.create(CSRS, labelled(name))
  const watches = () => cluster.log.filter(({ path }) => path.includes('watch=1'))
  const lists = () =>
    cluster.log.filter(
      ({ method, path }) => method === 'GET' && path.includes('limit=') && path.includes(CSRS),
    )
  const versionOf = (path: string | undefined) =>
    Number(new URL(path ?? '', 'https://x').searchParams.get('resourceVersion'))

  test('the first observer sees the present state of the object', async () => {
    make('stands')
    cluster.objects.deny('stands')
    expect(conditionsOf(await observer('stands').next())).toEqual(['Denied'])
  })

  test('forty observers share one watch, and it ends when the cluster is closed', async () => {
    const before = watches().length
    const first = observer('many-0')
    const others = Array.from({ length: 39 }, (_, index) => {
      const ending = new AbortController()
      const name = `many-${index + 1}`
      return { ending, states: statesOf(open.signingRequests.observe(name, ending.signal)) }
    })
    for (let index = 0; index < 40; index++) make(`many-${index}`)
    for (const states of [first, ...others.map(({ states }) => states)]) await states.next()
    await until(() => cluster.watchCount === 1)
    for (const { ending } of others) ending.abort()
    cluster.objects.deny('many-0')
    expect(conditionsOf(await first.next())).toEqual(['Denied'])
    expect(watches().length - before).toBe(1)
    observing.abort()
    expect(cluster.watchCount).toBe(1)
    await open.close()
    await until(() => cluster.watchCount === 0)
  })

  test('an observer that comes when all others have left shares their watch', async () => {
    const states = observer('first')
    make('first')
    await states.next()
    await until(() => cluster.watchCount === 1)
    observing.abort()
    const before = watches().length
    observing = new AbortController()
    const later = statesOf(open.signingRequests.observe('later', observing.signal))
    make('later')
    expect(await later.next()).toMatchObject({ kind: 'present', object: { name: 'later' } })
    expect(watches().length).toBe(before)
  })

  test('two observers of one object see the same', async () => {
    const one = observer('shared')
    const other = statesOf(open.signingRequests.observe('shared', observing.signal))
    make('shared')
    expect(await one.next()).toEqual(await other.next())
  })

  test('an aborted observer sees nothing', async () => {
    observer('x')
    observing.abort()
    const left = open.signingRequests.observe('y', AbortSignal.abort())[Symbol.asyncIterator]()
    expect(await soon(left.next())).toEqual({ done: true, value: undefined })
  })

  test('a cut watch resumes without missing a change', async () => {
    const states = observer('cut')
    make('cut')
    await states.next()
    relay.cut()
    cluster.objects.deny('cut')
    let seen = await states.next()
    while (conditionsOf(seen)[0] !== 'Denied') seen = await states.next()
  })

  test('a watch resumes from the last bookmark', async () => {
    const states = observer('marked')
    make('marked')
    await states.next()
    for (let index = 0; index < 5; index++) cluster.objects.createNamespace(`marked-${index}`)
    const bookmark = versionOf(watches().at(-1)?.path) + 5
    cluster.sendBookmarks()
    // A change after the bookmark shows that the bookmark has arrived.
    cluster.objects.deny('marked')
    await states.next()
    const before = watches().length
    relay.cut()
    await until(() => watches().length > before)
    expect(versionOf(watches().at(-1)?.path)).toBeGreaterThanOrEqual(bookmark)
  })

  test('an expired watch (410) begins again and resumes', async () => {
    const states = observer('old')
    make('old')
    await states.next()
    const before = lists().length
    cluster.expireWatches()
    await until(() => lists().length > before)
    cluster.objects.deny('old')
    let seen = await states.next()
    while (conditionsOf(seen)[0] !== 'Denied') seen = await states.next()
  })

  test('a deletion during an expired watch is reported', async () => {
    const states = observer('vanished')
    make('vanished')
    await states.next()
    cluster.faults.plan({ path: /watch=1/ }, { kind: 'answer', code: 503 }, 1)
    relay.cut()
    cluster.objects.remove(CSRS, '', 'vanished')
    cluster.expireWatches()
    let seen = await states.next()
    while (seen.kind !== 'absent') seen = await states.next()
  })

  test.each([
    ['reset', { kind: 'reset', when: 'before' } as const],
    ['429', { kind: 'answer', code: 429 } as const],
    ['500', { kind: 'answer', code: 500 } as const],
    ['503', { kind: 'answer', code: 503 } as const],
  ])('a watch that first gets %s is opened again', async (name, fault) => {
    cluster.faults.plan({ path: /watch=1/ }, fault, 2)
    const states = observer(`again-${name}`)
    await until(() => cluster.watchCount === 1)
    make(`again-${name}`)
    expect(await states.next()).toMatchObject({ kind: 'present' })
  })

  test('a watch reads the object that is observed and lists no others', async () => {
    const many = await startSandboxCluster()
    closing.push(() => many.close())
    for (let index = 0; index < 501; index++) many.objects.create(CSRS, labelled(`page-${index}`))
    const admin = many.clientFor('admin', ['system:masters'])
    const paged = clusterAt(many, admin)
    closing.unshift(() => paged.close())
    observing = new AbortController()
    const states = statesOf(paged.signingRequests.observe('page-500', observing.signal))
    expect(await states.next()).toMatchObject({ kind: 'present', object: { name: 'page-500' } })
    const lists = many.log.filter(({ path }) => path.includes('limit='))
    expect(lists.map(({ path }) => /limit=\d+/.exec(path)?.[0])).toEqual(['limit=1'])
  })

  test.each([['list'], ['watch']] as const)(
    'a missing right to %s fails every observer, with the rule to add',
    async missing => {
      const user = `no-${missing}`
      const verbs = ['create', 'get', 'list', 'watch'].filter(verb => verb !== missing)
      const apiGroups = ['certificates.k8s.io']
      cluster.allow({ user }, [{ apiGroups, resources: [CSRS], verbs }])
      const as = cluster.clientFor(user)
      const states = observer('x', as)
      const problem = await failureOf(states.next(), [as.keyPem])
      expect(problem.code).toBe('CLUSTER_FORBIDDEN')
      expect(problem.message).toContain(`could not ${missing} CertificateSigningRequests: `)
      expect(problem.hint).toContain(
        `- {apiGroups: ["certificates.k8s.io"], resources: [certificatesigningrequests], verbs: [${missing}]}`,
      )
    },
  )

  test('an unreadable object is CLUSTER_FORBIDDEN and never reported as deleted', async () => {
    const user = 'no-get'
    const rule = { apiGroups: ['certificates.k8s.io'], resources: [CSRS], verbs: ['list', 'watch'] }
    cluster.allow({ user }, [rule])
    const states = observer('hidden', cluster.clientFor(user))
    make('hidden')
    expect((await failureOf(states.next())).code).toBe('CLUSTER_FORBIDDEN')
  })

  test('a login that ends (401) fails the observers', async () => {
    cluster.addToken('short', 'admin', ['system:masters'])
    const states = observer('login', { token: 'short' } as never)
    make('login')
    await states.next()
    cluster.removeToken('short')
    relay.cut()
    expect((await failureOf(states.next(), ['short'])).code).toBe('CLUSTER_UNAUTHORIZED')
  })
})

describe('a server that breaks the watch protocol', () => {
  const LIST = { kind: 'List', metadata: { resourceVersion: '7' }, items: [] }

  /** Observes for at least ten pauses: the number of pauses and of watch requests. */
  async function observed(answerWatch: OddAnswer): Promise<{ pauses: number; watches: number }> {
    const odd = await startOddServer((request, response) => {
      if (request.url?.includes('watch=1') === true) answerWatch(request, response)
      else response.end(JSON.stringify(LIST))
    })
    const clock = quickClock()
    const open = clusterAt({ server: odd.server, caPem: '' }, {}, { clock })
    const ending = new AbortController()
    open.signingRequests.observe('x', ending.signal)
    await until(() => clock.slept.length >= 10)
    ending.abort()
    await open.close()
    await odd.close()
    expect(Math.min(...clock.slept)).toBeGreaterThanOrEqual(200)
    const watches = odd.asked.filter(path => path.includes('watch=1')).length
    return { pauses: clock.slept.length, watches }
  }

  test.each<[string, OddAnswer]>([
    ['ends every watch at once', (_, response) => response.end()],
    ['cuts every watch', (_, response) => response.destroy()],
    ['answers with text', (_, response) => response.end('<html>sign in</html>\n')],
    ['answers 404', (_, response) => response.writeHead(404).end('nothing here')],
    ['answers with events of no shape', (_, response) => response.end('{"type":7}\n[]\nnull\n')],
    [
      'sends errors only',
      (_, response) => response.end('{"type":"ERROR","object":{"kind":"Status","code":500}}\n'),
    ],
  ])('a server that %s is watched again after a pause', async (_, answer) => {
    const { pauses, watches } = await observed(answer)
    expect(watches).toBeLessThanOrEqual(pauses + 1)
  })

  test('a server that lists another shape is CLUSTER_ANSWER', async () => {
    const odd = await startOddServer((_, response) => response.end('{"items":"none"}'))
    const open = clusterAt({ server: odd.server, caPem: '' }, {})
    const states = statesOf(open.signingRequests.observe('x', new AbortController().signal))
    expect(await failureOf(states.next())).toMatchObject({
      code: 'CLUSTER_ANSWER',
      message:
        'could not list CertificateSigningRequests: the answer is not what Kubernetes documents',
    })
    await open.close()
    await odd.close()
  })
})
