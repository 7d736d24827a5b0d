// The HTTPS server: connections, faults, authentication, the request log, and answers as the API server words them.
import { createServer } from 'node:https'
import type { Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Authenticator } from '../authorization/authenticate.ts'
import type { Api, ApiResponse } from './dispatch.ts'
import type { Fault, Faults } from '../planned-faults.ts'
import { peerCertificates, readRequestBody } from './http-request.ts'
import type { JsonObject } from './json-values.ts'
import { internal, StatusError, unauthorized } from '../kinds/status-error.ts'
import type { User } from '../authorization/api-users.ts'

/** One request as the log keeps it: never a body, never a credential. */
export interface LoggedRequest {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** null where the credential was refused. */
  readonly user: string | null
  /** 0 while it runs, or where the connection was cut. */
  code: number
}

/** An answered request with the object of its answer, for tests that judge what was written. */
export type Audit = (call: LoggedRequest & { readonly body: ApiResponse['body'] }) => void

export interface ServerParts {
  readonly api: Api
  readonly authenticator: Authenticator
  readonly faults: Faults
  readonly now: () => Date
  readonly log: LoggedRequest[]
  readonly audit: Audit | undefined
  readonly keyPem: string
  readonly certificatePem: string
  /** CAs a client is told it may present certificates of. */
  readonly clientCaPem: string
}

export class ApiServer {
  readonly #parts: ServerParts
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(parts: ServerParts) {
    this.#parts = parts
    this.#server = createServer(
      {
        key: parts.keyPem,
        cert: parts.certificatePem,
        ca: parts.clientCaPem,
        requestCert: true,
        // As kube-apiserver: a connection that a client may use again is not closed under it after a few seconds.
        keepAliveTimeout: 90_000,
        // Whoever it is gets in; authentication says who, by the cluster's own clock.
        rejectUnauthorized: false,
      },
      (request, response) => {
        void this.#serve(request, response)
      },
    )
    this.#server.on('secureConnection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
  }

  /** Listens on a port of 127.0.0.1, 0 being a free one, and answers which. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => resolve())
    })
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => {
      this.#server.close(() => resolve())
    })
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false
    response.setHeader('date', this.#parts.now().toUTCString())
    response.setHeader('cache-control', 'no-cache, private')
    const url = new URL(request.url ?? '/', 'https://sandbox.invalid')
    const user = this.#parts.authenticator.authenticate({
      certificates: peerCertificates(request),
      authorization: request.headers.authorization ?? '',
    })
    const method = request.method ?? 'GET'
    const path = url.pathname + url.search
    const entry: LoggedRequest = { method, path, user: user?.name ?? null, code: 0 }
    this.#parts.log.push(entry)
    const faults = this.#parts.faults.take(method, path, user?.name ?? '')
    if (faults.some(fault => fault.kind === 'reset' && fault.when === 'before')) {
      request.socket.destroy()
      return
    }
    const answer = await this.#answer(request, response, url, user, faults)
    if (answer === null) {
      entry.code = response.statusCode
      return
    }
    this.#parts.audit?.({ ...entry, code: answer.code, body: answer.body })
    if (faults.some(fault => fault.kind === 'reset')) {
      request.socket.destroy()
      return
    }
    entry.code = answer.code
    // Of the moment of the answer: it may have been delayed.
    response.setHeader('date', this.#parts.now().toUTCString())
    send(response, answer)
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    user: User | null,
    faults: readonly Fault[],
  ): Promise<(ApiResponse & { readonly headers?: Readonly<Record<string, string>> }) | null> {
    try {
      const body = readRequestBody(request)
      // The body is drained even where nobody asks for it, so that the connection stays usable.
      body.catch(() => undefined)
      await delays(faults)
      const planned = faults.find(fault => fault.kind === 'answer')
      if (planned !== undefined) {
        await body.catch(() => undefined)
        throw plannedStatus(planned)
      }
      if (user === null) throw unauthorized()
      return await this.#parts.api.answer(
        {
          method: request.method ?? 'GET',
          url,
          userAgent: request.headers['user-agent'] ?? '',
          headers: request.headersDistinct,
          user,
          body: () => body,
        },
        response,
      )
    } catch (error) {
      const refusal = error instanceof StatusError ? error : internal(textOf(error))
      const { code, status, headers } = refusal
      return { code, body: status, warnings: [], headers }
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? `Internal error occurred: ${error.message}` : 'Internal error'
}

async function delays(faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) {
    if (fault.kind === 'hold') await fault.until
    if (fault.kind !== 'delay') continue
    await new Promise(resolve => {
      setTimeout(resolve, fault.milliseconds)
    })
  }
}

const PLANNED_ANSWERS: Readonly<Record<number, readonly [string, string]>> = {
  429: [
    'TooManyRequests',
    'The server has received too many requests and has asked us to try again later',
  ],
  500: ['InternalError', 'Internal error occurred: etcdserver: leader changed'],
  503: ['ServiceUnavailable', 'The server is currently unable to handle the request'],
}

function plannedStatus(fault: Extract<Fault, { readonly kind: 'answer' }>): StatusError {
  const [reason, message] = PLANNED_ANSWERS[fault.code] ?? ['InternalError', 'Internal error']
  const seconds = fault.retryAfterSeconds
  const details: JsonObject = seconds === undefined ? {} : { retryAfterSeconds: seconds }
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) }
  return new StatusError(fault.code, reason, message, details, headers)
}

/** As encoding/json of Go escapes: an object of `<` is six times larger. A run at a time, since a megabyte of them is common in tests. */
function escaped(json: string): string {
  return json.replaceAll(/([<>&\u2028\u2029])\1*/g, run =>
    `\\u${run.charCodeAt(0).toString(16).padStart(4, '0')}`.repeat(run.length),
  )
}

function send(
  response: ServerResponse,
  answer: ApiResponse & { readonly headers?: Readonly<Record<string, string>> },
): void {
  const isText = typeof answer.body === 'string'
  const text = isText ? answer.body : `${escaped(JSON.stringify(answer.body))}\n`
  if (answer.warnings.length > 0) {
    const values = answer.warnings.map(warning => `299 - ${JSON.stringify(warning)}`)
    response.setHeader('warning', values)
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  response.writeHead(answer.code, {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
