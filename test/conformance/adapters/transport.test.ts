// HTTP to an API server that is slow, busy, cut off, or another kind of server.
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
  test('twenty calls in sequence use one connection', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    for (let call = 0; call < 20; call++) await transport.ask(VERSION)
    expect(relay.connections).toBe(1)
  })

  test('two hundred concurrent calls use at most 32 connections, and all are answered', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    const answers = await Promise.all(Array.from({ length: 200 }, () => transport.ask(VERSION)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(relay.connections).toBeLessThanOrEqual(32)
  })

  test('a kept connection that the server closed is replaced', async () => {
    const relay = await startRelay(cluster.server)
    closing.push(() => relay.close())
    const { transport } = connect({}, relay.server)
    await transport.ask(VERSION)
    relay.cut()
    expect((await transport.ask(VERSION)).status).toBe(200)
  })

  test('the path of the server URL precedes the path of the call', async () => {
    const { server, asked } = await odd(answering(200, {}))
    const behind = transportTo({ server: `${server}/clusters/prod/`, caPem: '' }, {})
    closing.push(() => behind.close())
    await behind.ask({ ...VERSION, query: { 'a b': 'c&d' } })
    expect(asked).toEqual(['GET /clusters/prod/version?a+b=c%26d'])
  })
})

describe('transient failures', () => {
  test.each([
    ['503 three times', { kind: 'answer', code: 503 } as const, 3],
    ['500 while etcd elects a leader', { kind: 'answer', code: 500 } as const, 4],
    ['a reset before the request is handled', { kind: 'reset', when: 'before' } as const, 2],
    ['a reset after it was handled', { kind: 'reset', when: 'after' } as const, 2],
  ])('%s is retried', async (_, fault, times) => {
    cluster.faults.plan({ path: '/version' }, fault, times)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(200)
    expect(clock.slept).toHaveLength(times)
  })

  test('429 is retried after the time in Retry-After', async () => {
    const fault = { kind: 'answer', code: 429, retryAfterSeconds: 7 } as const
    cluster.faults.plan({ path: '/version' }, fault)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(200)
    expect(clock.slept).toHaveLength(1)
    expect(clock.slept[0]).toBeGreaterThanOrEqual(7000)
    expect(clock.slept[0]).toBeLessThan(8000)
  })

  test('the pauses between retries double', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 4)
    const { transport, clock } = connect()
    await transport.ask(VERSION)
    expect(clock.slept).toEqual([250, 500, 1000, 2000])
  })

  test('an answer that takes too long is retried', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'delay', milliseconds: 400 })
    const { transport } = connect({ attemptMs: 100 })
    expect((await transport.ask(VERSION)).status).toBe(200)
  })

  test('an answer that breaks off is retried', async () => {
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

describe('permanent failures', () => {
  const signingRequests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } }
  const calls: readonly [string, number, Call][] = [
    ['404 of an object', 404, { method: 'GET', path: `${NAMESPACES}/nowhere` }],
    ['404 of a path', 404, { method: 'GET', path: '/apis/example.com/v9/things' }],
    ['409', 409, { method: 'POST', path: NAMESPACES, body: namespace }],
    ['422', 422, { method: 'POST', path: signingRequests, body: { metadata: { name: 'x' } } }],
    ['400', 400, { method: 'POST', path: NAMESPACES, body: 'not an object' }],
  ]
  test.each(calls)('%s is not retried', async (_, status, call) => {
    const { transport, clock } = connect()
    const asked = await countAsked(async () =>
      expect((await transport.ask(call)).status).toBe(status),
    )
    expect({ asked, slept: clock.slept }).toEqual({ asked: 1, slept: [] })
  })

  test.each([
    [401, { token: 'wrong' }],
    [403, {}],
  ])('%i is not retried', async (status, credential) => {
    const transport = transportTo(cluster, credential)
    closing.push(() => transport.close())
    const asked = await countAsked(async () =>
      expect((await transport.ask({ method: 'GET', path: NAMESPACES })).status).toBe(status),
    )
    expect(asked).toBe(1)
  })

  test('413 is not retried', async () => {
    const { transport } = connect()
    const body = { ...namespace, metadata: { name: 'big', annotations: { a: 'x'.repeat(4e6) } } }
    const asked = await countAsked(async () => {
      const answer = await transport.ask({ method: 'POST', path: NAMESPACES, body })
      expect(answer.status).toBe(413)
    })
    expect(asked).toBe(1)
  })

  test('500 about the object itself is not retried', async () => {
    const body = { kind: 'Status', code: 500, message: 'etcdserver: request is too large' }
    const { transport, asked } = await odd(answering(500, body))
    expect((await transport.ask(VERSION)).status).toBe(500)
    expect(asked).toHaveLength(1)
  })

  test('a persistent 500 ends after five requests', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 500 }, 100)
    const { transport } = connect()
    const asked = await countAsked(async () =>
      expect((await transport.ask(VERSION)).status).toBe(500),
    )
    expect(asked).toBe(5)
  })

  test('a redirect is not followed, and the token is not sent on', async () => {
    const elsewhere = await startOddServer(answering(200, {}))
    closing.push(() => elsewhere.close())
    const { transport } = await odd((_, response) =>
      response.writeHead(302, { location: elsewhere.server }).end(),
    )
    expect((await transport.ask(VERSION)).status).toBe(302)
    expect(elsewhere.asked).toEqual([])
  })

  test('a failed login is reported unchanged, and no request is sent', async () => {
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
  test('a persistent 503 is returned after one minute of retries', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 1000)
    const { transport, clock } = connect()
    expect((await transport.ask(VERSION)).status).toBe(503)
    expect(total(clock.slept)).toBeGreaterThan(40_000)
    expect(total(clock.slept)).toBeLessThan(60_000)
  })

  test('the last attempt gets its full time for an answer', async () => {
    cluster.faults.plan({ path: '/version' }, { kind: 'delay', milliseconds: 150 }, 1000)
    cluster.faults.plan({ path: '/version' }, { kind: 'answer', code: 503 }, 1000)
    const { transport } = connect({ totalMs: 450 })
    expect((await transport.ask(VERSION)).status).toBe(503)
  })

  test('a Retry-After beyond the deadline ends the retries', async () => {
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

  test('an answer that trickles ends with its attempt', async () => {
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

  test('a server that refuses connections is CLUSTER_UNREACHABLE after 20 s, and each attempt is reported', async () => {
    const server = createServer()
    const url = await listening(server, 'https')
    await new Promise(resolve => server.close(resolve))
    const attempts: (number | null)[] = []
    const reportAttempt = (attempt: number | null): void => void attempts.push(attempt)
    const { transport, clock } = connect({ reportAttempt }, url)
    const problem = await failureOf(transport.ask(VERSION), [admin.keyPem])
    const numbers = attempts.slice(0, -1)
    expect(attempts).toEqual([...numbers.map((_, index) => index + 1), null])
    expect(numbers).toHaveLength(clock.slept.length + 1)
    expect(problem.code).toBe('CLUSTER_UNREACHABLE')
    expect(problem.message).toBe(
      `${url} cannot be reached: connect ECONNREFUSED ${url.replace('https://', '')}`,
    )
    expect(problem.hint).toContain('check the address')
    expect(total(clock.slept)).toBeLessThan(20_000)
    expect(clock.slept.length).toBeGreaterThan(3)
  })

  test('a server that answered before and is gone is retried for one minute', async () => {
    const relay = await startRelay(cluster.server)
    const { transport, clock } = connect({}, relay.server)
    await transport.ask(VERSION)
    await relay.close()
    expect((await failureOf(transport.ask(VERSION))).code).toBe('CLUSTER_UNREACHABLE')
    expect(total(clock.slept)).toBeGreaterThan(40_000)
    expect(total(clock.slept)).toBeLessThan(60_000)
  })

  test('a host name that does not exist is retried at most eight times', async () => {
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

  test('the system roots apply where no CA is configured', async () => {
    expect(await refused({ ca: null })).toMatch(/unable to verify|self.signed/i)
  })

  test('a server of another name is refused at once', async () => {
    expect(await refused({ serverName: 'api.example.com' })).toContain('api.example.com')
  })

  test('an invalid client key is reported at once', async () => {
    await refused({ key: { reveal: () => 'none' } })
  })

  test('a server that speaks plain HTTP is reported at once', async () => {
    const { server } = await odd(answering(200, {}))
    await refused({ server: new URL(server.replace('http:', 'https:')) })
  })
})

describe('answers', () => {
  test('a body that is not JSON is returned as text', async () => {
    const { transport } = await odd(answering(200, '<html>sign in</html>'))
    expect(await transport.ask(VERSION)).toEqual({ status: 200, body: '<html>sign in</html>' })
  })

  test('an answer of 20 MB is read', async () => {
    const { transport } = await odd(answering(200, { text: 'x'.repeat(20e6) }))
    const { body } = await transport.ask(VERSION)
    expect(JSON.stringify(body)).toHaveLength(20e6 + 11)
  })

  test('an answer over the size limit is refused and not retried', async () => {
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

  test('the Date header sets the clock of the server', async () => {
    const { transport } = await odd((_, response) =>
      response.writeHead(200, { date: 'Sun, 01 Mar 2026 12:00:00 GMT' }).end('{}'),
    )
    expect(transport.serverNow()).toBeNull()
    await transport.ask(VERSION)
    expect(transport.serverNow()?.toISOString()).toMatch(/^2026-03-01T12:00:0\d/)
  })
})

describe('the token', () => {
  test('every call carries the token in its header, and no message holds it', async () => {
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
