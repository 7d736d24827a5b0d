// An HTTPS reverse proxy in front of an API server. It logs in upstream as one user, and injects the faults of its rules.
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Agent, createServer, request as httpsRequest } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  createAuthority,
  newKeyPair,
  privateKeyPem,
  serverCertificate,
} from '../../src/sandbox/signer/certificate-authority.ts'
import type { Credential, Endpoint } from './api-client.ts'
import { closed, listening } from './relay.ts'

export interface FaultRule {
  readonly method: string
  readonly path: RegExp
  /** Number of requests for the rule, from the first match. */
  readonly times?: number
  /** Runs before the request is forwarded. */
  readonly before?: (path: string) => Promise<void>
  /** Runs after a successful answer, before it is returned. */
  readonly after?: (path: string) => Promise<void>
  /** Replaces the answer of the API server: `reset` breaks off in its body, `stall` never answers. */
  readonly instead?:
    | 'reset'
    | 'stall'
    | { readonly code: number; readonly retryAfter?: number; readonly message?: string }
  /** Returns this text without asking the API server. */
  readonly stale?: () => string
}

export interface FaultProxy extends Endpoint {
  rules: FaultRule[]
  /** How far the clock of its answers is ahead, in milliseconds. */
  ahead: number
  /** How often the current rules were used. */
  readonly hits: number
  /** Ends every open watch, or the next one if none is open; returns their number. */
  cutWatches(): Promise<number>
  close(): Promise<void>
}

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

export async function startFaultProxy(target: Endpoint, user: Credential): Promise<FaultProxy> {
  const { caPem, ...identity } = identityOfProxy()
  const agent = new Agent({
    keepAlive: true,
    ca: target.caPem,
    cert: user.certificatePem,
    key: user.keyPem,
  })
  const watches: Watches = { open: new Set(), events: new EventEmitter() }
  const sockets = new Set<Socket>()
  const used = new Map<FaultRule, number>()
  const forward = forwarding(target, agent, watches)
  const server = createServer(identity, (request, response) => {
    const { method = '', url = '' } = request
    const rule = proxy.rules.find(
      each =>
        each.method === method && each.path.test(url) && (used.get(each) ?? 0) < (each.times ?? 1),
    )
    response.setHeader('date', new Date(Date.now() + proxy.ahead).toUTCString())
    if (rule !== undefined) used.set(rule, (used.get(rule) ?? 0) + 1)
    handle(request, response, rule, forward).catch(() => response.destroy())
  })
  server.on('secureConnection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  const proxy: FaultProxy = {
    server: await listening(server, 'https'),
    caPem,
    rules: [],
    ahead: 0,
    get hits() {
      return proxy.rules.reduce((sum, rule) => sum + (used.get(rule) ?? 0), 0)
    },
    cutWatches: async () => {
      if (watches.open.size === 0) await once(watches.events, 'opened')
      const open = [...watches.open]
      for (const watch of open) watch.destroy()
      return open.length
    },
    close: async () => {
      await closed(server, sockets)
      agent.destroy()
    },
  }
  return proxy
}

type Forward = (
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  rule: FaultRule | undefined,
) => Promise<void>

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  rule: FaultRule | undefined,
  forward: Forward,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  await rule?.before?.(request.url ?? '')
  if (rule?.instead === 'stall') return
  if (typeof rule?.instead === 'object') {
    const { code, retryAfter, message = 'a fault' } = rule.instead
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message }
    const retry = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    response.writeHead(code, { 'content-type': 'application/json', ...retry })
    response.end(JSON.stringify(status))
  } else if (rule?.stale !== undefined) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(rule.stale())
  } else {
    await forward(request, Buffer.concat(chunks), response, rule)
  }
}

interface Watches {
  readonly open: Set<ServerResponse>
  /** Emits `opened` for each watch. */
  readonly events: EventEmitter
}

function forwarding(target: Endpoint, agent: Agent, watches: Watches): Forward {
  return async (request, body, response, rule) => {
    const { authorization: _, host: __, ...headers } = request.headers
    const path = request.url ?? ''
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method: request.method, agent, headers }
      httpsRequest(target.server + path, options, resolve)
        .on('error', reject)
        .end(body.length === 0 ? undefined : body)
    })
    const status = answer.statusCode ?? 502
    if (path.includes('watch=1')) {
      watches.open.add(response)
      watches.events.emit('opened')
      response.on('close', () => {
        watches.open.delete(response)
        answer.destroy()
      })
      const { date: ___, ...told } = answer.headers
      response.writeHead(status, told).flushHeaders()
      answer.on('error', () => response.destroy()).pipe(response)
      return
    }
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    if (status < 300) await rule?.after?.(path)
    const whole = { 'content-type': answer.headers['content-type'] ?? 'application/json' }
    response.writeHead(status, { ...whole, 'content-length': bytes.length })
    if (rule?.instead === 'reset')
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
    else response.end(bytes)
  }
}

/** A CA of this run, and a server certificate for 127.0.0.1. */
function identityOfProxy(): { caPem: string; cert: string; key: string } {
  const life = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date('2040-01-01') }
  const authority = createAuthority({ name: 'fault-proxy', ...life }, random)
  const pair = newKeyPair()
  const names = { dnsNames: ['localhost'], addresses: [new Uint8Array([127, 0, 0, 1])] }
  const cert = serverCertificate(authority, pair, { ...life, ...names }, random)
  return { caPem: authority.certificatePem, cert, key: privateKeyPem(pair.privateKey) }
}
