// A server in front of another that asks it each question once, and answers at once from then on.
import { createServer } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

export interface Replayed {
  readonly url: string
  /** Questions so far. */
  readonly asked: number
  stop(): Promise<void>
}

/** Of the headers of an answer these are kept. */
const KEPT = ['content-type', 'etag', 'link']

export async function replayed(origin: string): Promise<Replayed> {
  const answers = new Map<string, Promise<Answer>>()
  let asked = 0
  const server = createServer((request, response) => {
    void buffer(request).then(async body => {
      asked++
      const key = [request.method, request.url, body].join(' ')
      const answer = answers.get(key) ?? ask(origin, request, body)
      answers.set(key, answer)
      const { status, headers, body: content } = await answer
      response.writeHead(status, headers).end(content)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    get asked() {
      return asked
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function ask(origin: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { authorization = '', accept = '*/*' } = request.headers
  const answered = await fetch(`${origin}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { authorization, accept, 'content-type': 'application/json' },
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  })
  const headers = KEPT.flatMap(name => {
    const value = answered.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const content = Buffer.from(await answered.arrayBuffer())
  return { status: answered.status, headers: Object.fromEntries(headers), body: content }
}
