// The HTTP endpoints of a controller: /healthz, /readyz and /metrics. They answer anybody who reaches the port, and no answer has a secret.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { failure } from '../../domain/problem.ts'
import type { PassReport } from '../../domain/cluster/pass-report.ts'
import type { ControllerReports } from '../../ports/progress.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { ControllerMetrics } from './controller-metrics.ts'

/** Milliseconds without a look after which the loop counts as stuck. A pass of many certificates takes minutes. */
const STUCK_MS = 30 * 60_000
/** Milliseconds after the last whole pass during which a leader is ready. */
const READY_MS = 60 * 60_000

export interface Listening {
  /** host:port as it was bound. */
  readonly address: string
  close(): Promise<void>
}

/** The state behind /healthz and /readyz. */
export class ControllerHealth implements Partial<ControllerReports> {
  readonly #clock: Clock
  #lookedAt: Date
  #passedAt: Date | null = null
  #isLeader = false
  #hasLooked = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lookedAt = clock.now()
  }

  looked(at: Date): void {
    this.#lookedAt = at
    this.#hasLooked = true
  }

  leads(isLeader: boolean): void {
    this.#isLeader = isLeader
  }

  passed({ at, isOffline }: Pick<PassReport, 'at' | 'isOffline'>): void {
    // Only a whole pass says that its work can be done.
    if (!isOffline || this.#passedAt !== null) this.#passedAt = at
  }

  turned(report: { readonly at: Date }): void {
    this.#passedAt = report.at
  }

  /** Why the process should be restarted; null if it is alive. */
  get unhealthy(): string | null {
    const silent = this.#clock.now().getTime() - this.#lookedAt.getTime()
    return silent > STUCK_MS ? `no look since ${this.#lookedAt.toISOString()}` : null
  }

  /** Why it cannot do its work now; null if it can, or another controller leads. */
  get unready(): string | null {
    if (!this.#hasLooked) return 'not started'
    if (!this.#isLeader) return null
    const now = this.#clock.now().getTime()
    if (this.#passedAt === null) return 'leads, and no pass is finished yet'
    return now - this.#passedAt.getTime() > READY_MS
      ? `no pass since ${this.#passedAt.toISOString()}`
      : null
  }
}

/** `listen`: ADDRESS:PORT; port 0 takes a free one. Throws RUN_USAGE. */
export async function serveStatus(
  listen: { readonly host: string; readonly port: number },
  { health, metrics, clock }: StatusSource,
): Promise<Listening> {
  const server = createServer((request, response) => {
    void answer(request, response, { health, metrics, clock })
  })
  await listening(server, listen)
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port
  return {
    address: `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export interface StatusSource {
  readonly health: ControllerHealth
  readonly metrics: ControllerMetrics
  readonly clock: Clock
}

async function listening(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const message = `${host}:${port} cannot be listened on: ${cause.message}`
      reject(failure('RUN_USAGE', message, 'choose another address: --listen ADDRESS:PORT', cause))
    })
    server.listen(port, host, resolve)
  })
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { health, metrics, clock }: StatusSource,
): Promise<void> {
  const path = (url ?? '').split('?')[0]
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'only GET')
  if (path === '/healthz')
    return end(response, health.unhealthy === null ? 200 : 503, health.unhealthy)
  if (path === '/readyz') return end(response, health.unready === null ? 200 : 503, health.unready)
  if (path !== '/metrics') return end(response, 404, 'there are /healthz, /readyz and /metrics')
  const { body, type } = await metrics.text(clock.now())
  response.writeHead(200, { 'content-type': type }).end(body)
}

function end(response: ServerResponse, status: number, text: string | null): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    .end(`${text ?? 'ok'}\n`)
}
