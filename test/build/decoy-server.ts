// A server on loopback that no run may contact: it counts connections.
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { authority, pemOf } from './issued.ts'
import { closed, listening } from './relay.ts'

export interface DecoyServer {
  readonly server: string
  /** The CA of its server certificate. */
  readonly caPem: string
  readonly connections: number
  close(): Promise<void>
}

export async function startDecoy(): Promise<DecoyServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  return {
    server: await listening(server, 'https'),
    caPem: pemOf(authority('decoy').certificate),
    get connections() {
      return connections
    },
    close: () => closed(server, sockets),
  }
}
