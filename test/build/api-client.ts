// Raw HTTPS to an API server, for tests: no product code, so that what is asserted is what went over the wire.
import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { ApiObject } from './api-object.ts'
import { PATIENCE_MS } from './patience.ts'

/** The login of a caller; an empty object is anonymous. */
export interface Credential {
  readonly certificatePem?: string
  readonly keyPem?: string
  readonly token?: string
}

export interface Endpoint {
  readonly server: string
  readonly caPem: string
}

export interface Answer {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The body as JSON; an empty object if it is not JSON. */
  readonly body: ApiObject
}

export interface CallOptions {
  /** Media type of the body. */
  readonly type?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
}

export const MERGE_PATCH = 'application/merge-patch+json'
export const JSON_PATCH = 'application/json-patch+json'
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'
export const APPLY_PATCH = 'application/apply-patch+yaml'

/** Calls one API server as one user, over connections it keeps. */
export class ApiClient {
  readonly #endpoint: Endpoint
  readonly #credential: Credential
  readonly #agent: Agent

  constructor(endpoint: Endpoint, credential: Credential) {
    this.#endpoint = endpoint
    this.#credential = credential
    this.#agent = new Agent({
      keepAlive: true,
      ca: endpoint.caPem,
      ...(credential.certificatePem === undefined ? {} : { cert: credential.certificatePem }),
      ...(credential.keyPem === undefined ? {} : { key: credential.keyPem }),
    })
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Answer> {
    const response = await this.open(method, path, body, options)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    return { code: response.statusCode ?? 0, headers: response.headers, text, body: jsonOf(text) }
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path)
  }

  post(path: string, body: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('POST', path, body, options)
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.call('PUT', path, body)
  }

  patch(path: string, body: unknown, type: string): Promise<Answer> {
    return this.call('PATCH', path, body, { type })
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.call('DELETE', path, body)
  }

  /** A create that must succeed; returns the object. */
  async created(path: string, body: unknown): Promise<ApiObject> {
    const answer = await this.post(path, body)
    if (answer.code !== 201) throw new Error(`POST ${path}: ${answer.code} ${answer.text}`)
    return answer.body
  }

  /** Events of a watch, one after the other, until the server ends it or `stop` is called. */
  async watch(path: string): Promise<WatchStream> {
    return new WatchStream(await this.open('GET', path))
  }

  open(
    method: string,
    path: string,
    body?: unknown,
    { type = 'application/json', headers = {} }: CallOptions = {},
  ): Promise<IncomingMessage> {
    const bytes =
      body === undefined
        ? undefined
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const token = this.#credential.token
    return new Promise((resolve, reject) => {
      const sent = request(
        this.#endpoint.server + path,
        {
          method,
          agent: this.#agent,
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            // A DELETE body is read only with a content-length.
            ...(bytes === undefined
              ? {}
              : { 'content-type': type, 'content-length': bytes.length }),
            ...headers,
          },
        },
        resolve,
      )
      sent.on('error', reject)
      sent.end(bytes)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function jsonOf(text: string): ApiObject {
  try {
    return JSON.parse(text) as ApiObject
  } catch {
    return {} as ApiObject
  }
}

export interface WatchEvent {
  readonly type: string
  readonly object: ApiObject
}

export class WatchStream {
  readonly code: number
  readonly #response: IncomingMessage
  readonly #waiting: WatchEvent[] = []
  #rest = ''
  #isOver = false
  #wake: () => void = () => undefined

  constructor(response: IncomingMessage) {
    this.#response = response
    this.code = response.statusCode ?? 0
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#take(text))
    response.on('end', () => this.#finish())
    response.on('error', () => this.#finish())
    response.on('close', () => this.#finish())
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') this.#waiting.push(JSON.parse(line) as WatchEvent)
    this.#wake()
  }

  #finish(): void {
    this.#isOver = true
    this.#wake()
  }

  /** The next event; null if the server ended the watch. */
  async next(): Promise<WatchEvent | null> {
    const deadline = setTimeout(() => {
      this.#response.destroy(new Error('no event in time'))
    }, PATIENCE_MS)
    while (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    clearTimeout(deadline)
    return this.#waiting.shift() ?? null
  }

  /** The first event that fits; throws if the watch ends before. */
  async until(test: (event: WatchEvent) => boolean): Promise<WatchEvent> {
    for (;;) {
      const event = await this.next()
      if (event === null) throw new Error('the watch ended before the event came')
      if (test(event)) return event
    }
  }

  stop(): void {
    this.#response.destroy()
  }
}
