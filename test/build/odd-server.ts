// An HTTP server on loopback with any answer, including those that no API server sends.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { closed, listening } from './relay.ts'

export interface OddServer {
  readonly server: string
  /** `METHOD path` of every request. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export type OddAnswer = (request: IncomingMessage, response: ServerResponse) => void

export async function startOddServer(answer: OddAnswer): Promise<OddServer> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => answer(request, response))
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return { server: await listening(server, 'http'), asked, close: () => closed(server, sockets) }
}

/** Returns a status and a body; objects as JSON. */
export function answering(status: number, body: unknown): OddAnswer {
  return (_, response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }
}
