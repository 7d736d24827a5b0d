// HTTP to an API server that is slow, busy, cut off or not one at all.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer } from 'node:http'
import { failure } from '../../../src/domain/problem.ts'
import { Transport } from '../../../src/adapters/kubernetes/http/api-transport.ts'
import type { Call, TransportLimits } from '../../../src/adapters/kubernetes/http/api-transport.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { credentialOf, failureOf, quickClock, total, transportTo } from '../../build/connected.ts'
import type { QuickClock } from '../../build/connected.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import type { OddAnswer, OddServer } from '../../build/odd-server.ts'
import { listening, startRelay } from '../../build/relay.ts'

const VERSION = { method: 'GET', path: '/version' } as const
const NAMESPACES = '/api/v1/namespaces'
const TOKEN = 'a-token-nobody-may-see'

let cluster: SandboxCluster
let admin: { readonly certificatePem: string; readonly keyPem: string }
const closing: (() => unknown)[] = []

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two', namespaces: ['apps'] })
  admin = cluster.clientFor('admin', ['system:masters'])
})
afterAll(() => cluster.close())
afterEach(async () => {
  cluster.faults.clear()
  for (const close of closing.splice(0)) await close()
})

interface Connected {
  readonly clock: QuickClock
  readonly transport: Transport
}

function connect(limits: Partial<TransportLimits> = {}, server = cluster.server): Connected {
  const clock = quickClock()
  const transport = transportTo({ server, caPem: cluster.caPem }, admin, clock, limits)
  closing.push(() => transport.close())
  return { clock, transport }
}

async function odd(answer: OddAnswer): Promise<OddServer & Connected> {
  const server = await startOddServer(answer)
  closing.push(() => server.close())
  const clock = quickClock()
  const transport = transportTo({ server: server.server, caPem: '' }, { token: TOKEN }, clock, {})
  closing.push(() => transport.close())
  return { ...server, clock, transport }
}

/** How many requests the API server has seen during `work`. */
async function countAsked(work: () => Promise<unknown>): Promise<number> {
  const before = cluster.log.length
  await work()
  return cluster.log.length - before
}

describe('connections', () => {
  test('twenty calls one after the other take one connection', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    for (let call = 0; call < 20; call++) await transport.ask(VERSION)
    expect(relay.connections).toBe(1)
  })

  test('two hundred calls at once take at most 32, and all are answered', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    const answers = await Promise.all(Array.from({ length: 200 }, () => transport.ask(VERSION)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(relay.connections).toBeLessThanOrEqual(32)
  })

  test('a kept connection that the server has closed meanwhile is replaced', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    await transport.ask(VERSION)
    relay.cut()
    expect((await transport.ask(VERSION)).status).toBe(200)
  })

  test('the path of the server comes first', async () => {
    const { server, asked } = await odd(answering(200, {}))
    const behind = transportTo({ server: `${server}/clusters/prod/`, caPem: '' }, {})
    closing.push(() => behind.close())
    await behind.ask({ ...VERSION, query: { 'a b': 'c&d' } })
    expect(asked).toEqual(['GET /clusters/prod/version?a+b=c%26d'])
  })
})

describe('what passes is waited for', () => {
  test.each([
    ['503 three times', { kind: 'answer', code: 503 } as const, 3],
    ['500 while etcd elects a leader', { kind: 'answer', code: 500 } as const, 4],
    ['a reset before the request is handled', { kind: 'reset', when: 'before' } as const, 2],
    ['a reset after it was handled', { kind: 'reset', when: 'after' } as const, 2],
  ])('%s', async (_, fault, times) => {
    cluster.faults.plan({ path: '/version' }, fault, times)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(200)
    expect(clock.slept).toHaveLength(times)
  })

  test('429 is waited out for as long as the server says', async () => {
    const fault = { kind: 'answer', code: 429, retryAfterSeconds: 7 } as const
    cluster.faults.plan({ path: '/version' }, fault)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(200)
    expect(clock.slept).toHaveLength(1)
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7000)
    expect(clock.slept[0]).toBeLessThan(8000)
  })

  test('pauses grow', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 4)
    const { transport, clock } = connect()
    await transport.ask(VERSION)
    expect(clock.slept).toEqual([250, 500, 1000, 2000])
  })

  test('one answer that takes too long is asked for again', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'delay', milliseconds: 400 })
    const { transport } = connect({ attemptMs: 100 })
    expect((await transport.ask(VERSION)).status).toBe(200)
  })

  test('an answer that breaks off is asked for again', async () => {
    let isFirst = true
    const { transport, asked } = await odd((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"gitVersion":')
      if (isFirst) setImmediate(() => response.destroy())
      else response.end(`"v1"}${' '.repeat(81)}`)
      isFirst = false
    })
    expect(await transport.ask(VERSION)).toEqual({ status: 200, body: { gitVersion: 'v1' } })
    expect(asked).toHaveLength(2)
  })
})

describe('what stays is not', () => {
  const signingRequests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } }
  const calls: readonly [string, number, Call][] = [
    ['404 of an object', 404, { method: 'GET', path: `${NAMESPACES}/nowhere` }],
    ['404 of a path', 404, { method: 'GET', path: '/apis/example.com/v9/things' }],
    ['409', 409, { method: 'POST', path: NAMESPACES, body: namespace }],
    ['422', 422, { method: 'POST', path: signingRequests, body: { metadata: { name: 'x' } } }],
    ['400', 400, { method: 'POST', path: NAMESPACES, body: 'not an object' }],
  ]
  test.each(calls)('%s is one request', async (_, status, call) => {
    const { transport, clock } = connect()
    const asked = await countAsked(async () =>
      expect((await transport.ask(call)).status).toBe(status),
    )
    expect({ asked, slept: clock.slept }).toEqual({ asked: 1, slept: [] })
  })

  test.each([
    [401, { token: 'wrong' }],
    [403, {}],
  ])('%i is one request', async (status, credential) => {
    const transport = transportTo(cluster, credential)
    closing.push(() => transport.close())
    const asked = await countAsked(async () =>
      expect((await transport.ask({ method: 'GET', path: NAMESPACES })).status).toBe(status),
    )
    expect(asked).toBe(1)
  })

  test('413 is one request', async () => {
    const { transport } = connect()
    const body = { ...namespace, metadata: { name: 'big', annotations: { a: 'x'.repeat(4e6) } } }
    const asked = await countAsked(async () => {
      const answer = await transport.ask({ method: 'POST', path: NAMESPACES, body })
      expect(answer.status).toBe(413)
    })
    expect(asked).toBe(1)
  })

  test('500 about this very object is one request', async () => {
    const body = { kind: 'Status', code: 500, message: 'etcdserver: request is too large' }
    const { transport, asked } = await odd(answering(500, body))
    expect((await transport.ask(VERSION)).status).toBe(500)
    expect(asked).toHaveLength(1)
  })

  test('500 for ever is five requests', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 500 }, 100)
    const { transport } = connect()
    const asked = await countAsked(async () =>
      expect((await transport.ask(VERSION)).status).toBe(500),
    )
    expect(asked).toBe(5)
  })

  test('a redirect is not followed, and the token stays here', async () => {
    const elsewhere = await startOddServer(answering(200, {}))
    closing.push(() => elsewhere.close())
    const { transport } = await odd((_, response) =>
      response.writeHead(302, { location: elsewhere.server }).end(),
    )
    expect((await transport.ask(VERSION)).status).toBe(302)
    expect(elsewhere.asked).toEqual([])
  })

  test('a login that does not work is told as it is, and nothing is asked', async () => {
    const { server, asked } = await odd(answering(200, {}))
    const told = failure('CONFIG_KUBECONFIG', 'the login of the kubeconfig did not work')
    const credential = {
      ...credentialOf({ server, caPem: '' }, {}),
      authorization: () => Promise.reject(told),
    }
    const transport = new Transport(credential, quickClock(), () => 0.5)
    await expect(transport.ask(VERSION)).rejects.toBe(told)
    expect(asked).toEqual([])
  })
})

describe('the deadline', () => {
  test('503 for ever is given up after a minute in all, with the last answer', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 1000)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(503)
    expect(total(clock.slept)).toBeGreaterThan(40_000)
    expect(total(clock.slept)).toBeLessThan(60_000)
  })

  test('the last attempt has time for its answer, however little is left', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'delay', milliseconds: 150 }, 1000)
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 1000)
    const { transport } = connect({ totalMs: 450 })
    expect((await transport.ask(VERSION)).status).toBe(503)
  })

  test('a Retry-After beyond it is not waited for', async () => {
    const fault = { kind: 'answer', code: 429, retryAfterSeconds: 3600 } as const
    cluster.faults.plan({ path: '/version' }, fault, 1000)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(429)
    expect(clock.slept).toEqual([])
  })

  test('a server that never answers in time is CLUSTER_TIMEOUT', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'delay', milliseconds: 400 }, 1000)
    const { transport } = connect({ attemptMs: 30, firstContactMs: 1000, totalMs: 1000 })
    expect(await failureOf(transport.ask(VERSION), [admin.keyPem])).toEqual({
      code: 'CLUSTER_TIMEOUT',
      at: null,
      message: `${cluster.server} did not answer in time`,
      hint: 'nothing is lost; run it again',
    })
  })

  test('an answer that trickles does not outlive the attempt', async () => {
    const { server } = await odd((_, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    })
    const limits = { attemptMs: 60, firstContactMs: 60, totalMs: 60 }
    const transport = transportTo({ server, caPem: '' }, {}, quickClock(), limits)
    closing.push(() => transport.close())
    expect((await failureOf(transport.ask(VERSION))).code).toBe('CLUSTER_TIMEOUT')
  })

  test('nobody there is CLUSTER_UNREACHABLE after 20 seconds, not a minute', async () => {
    const server = createServer()
    const url = await listening(server, 'https')
    await new Promise(resolve => server.close(resolve))
    const { transport, clock } = connect({}, url)
    const problem = await failureOf(transport.ask(VERSION), [admin.keyPem])
    expect(problem.code).toBe('CLUSTER_UNREACHABLE')
    expect(problem.message).toBe(
      `${url} cannot be reached: connect ECONNREFUSED ${url.replace('https://', '')}`,
    )
    expect(problem.hint).toContain('check the address')
    expect(total(clock.slept)).toBeLessThan(20_000)
    expect(clock.slept.length).toBeGreaterThan(3)
  })

  test('a server that was there and is gone is waited for a minute', async () => {
    const relay = await startRelay(cluster.server)
    const { transport, clock } = connect({}, relay.server)
    await transport.ask(VERSION)
    await relay.close()
    expect((await failureOf(transport.ask(VERSION))).code).toBe('CLUSTER_UNREACHABLE')
    expect(total(clock.slept)).toBeGreaterThan(40_000)
    expect(total(clock.slept)).toBeLessThan(60_000)
  })

  test('a name that does not exist is told at once', async () => {
    const { transport, clock } = connect({}, 'https://api.countersign.invalid')
    const problem = await failureOf(transport.ask(VERSION))
    expect(problem.code).toBe('CLUSTER_UNREACHABLE')
    expect(clock.slept.length).toBeLessThanOrEqual(8)
  })
})

describe('TLS', () => {
  async function refused(changes: object): Promise<string> {
    const clock = quickClock()
    const credential = { ...credentialOf(cluster, admin), ...changes }
    const transport = new Transport(credential, clock, () => 0.5)
    closing.push(() => transport.close())
    const problem = await failureOf(transport.ask(VERSION), [admin.keyPem])
    expect(problem.code).toBe('CLUSTER_UNREACHABLE')
    expect(problem.hint).toContain('certificateAuthorityData')
    expect(clock.slept).toEqual([])
    return problem.message
  }

  test('a server of another CA is refused at once', async () => {
    expect(await refused({ ca: cluster.clientCaPem })).toMatch(/unable to verify|self.signed/i)
  })

  test('a server is held to the system roots where no CA is given', async () => {
    expect(await refused({ ca: null })).toMatch(/unable to verify|self.signed/i)
  })

  test('a server of another name is refused at once', async () => {
    expect(await refused({ serverName: 'api.example.com' })).toContain('api.example.com')
  })

  test('a client key that is none is told at once', async () => {
    await refused({ key: { reveal: () => 'none' } })
  })

  test('a server that speaks plain HTTP is told at once', async () => {
    const { server } = await odd(answering(200, {}))
    await refused({ server: new URL(server.replace('http:', 'https:')) })
  })
})

describe('answers', () => {
  test('that are JSON are parsed, others are their text', async () => {
    const { transport } = await odd(answering(200, '<html>sign in</html>'))
    expect(await transport.ask(VERSION)).toEqual({ status: 200, body: '<html>sign in</html>' })
  })

  test('of many megabytes are read', async () => {
    const { transport } = await odd(answering(200, { text: 'x'.repeat(20e6) }))
    const { body } = await transport.ask(VERSION)
    expect(JSON.stringify(body)).toHaveLength(20e6 + 11)
  })

  test('larger than anybody should send are refused, once', async () => {
    const { server, asked } = await odd(answering(200, { text: 'x'.repeat(2000) }))
    const clock = quickClock()
    const transport = transportTo({ server, caPem: '' }, {}, clock, { answerBytes: 1000 })
    closing.push(() => transport.close())
    expect(await failureOf(transport.ask(VERSION))).toMatchObject({
      code: 'CLUSTER_ANSWER',
      message: `${server} answered more than 1000 bytes`,
    })
    expect({ asked: asked.length, slept: clock.slept }).toEqual({ asked: 1, slept: [] })
  })

  test('bring the clock of the server', async () => {
    const { transport } = await odd((_, response) =>
      response.writeHead(200, { date: 'Sun, 01 Mar 2026 12:00:00 GMT' }).end('{}'),
    )
    expect(transport.serverNow()).toBeNull()
    await transport.ask(VERSION)
    expect(transport.serverNow()?.toISOString()).toMatch(/^2026-03-01T12:00:0\d/)
  })
})

describe('the token', () => {
  test('goes into the header of every call, and into no message', async () => {
    const seen: unknown[] = []
    const { transport } = await odd((request, response) => {
      seen.push(request.headers.authorization)
      response.destroy()
    })
    const problem = await failureOf(transport.ask(VERSION), [TOKEN])
    expect(problem.code).toBe('CLUSTER_UNREACHABLE')
    expect(new Set(seen)).toEqual(new Set([`Bearer ${TOKEN}`]))
  })
})
