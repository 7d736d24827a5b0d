// A TCP relay in front of an API server: counts connections, and cuts or refuses them, below TLS.
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

export interface Relay {
  /** https URL of the relay; the certificate of the server is valid for 127.0.0.1 on any port. */
  readonly server: string
  /** Connections so far. */
  readonly connections: number
  /** Cuts every open connection. */
  cut(): void
  /** Drops data from now on without closing: a network that lost the connection. */
  freeze(): void
  close(): Promise<void>
}

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(near => {
    connections++
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        other.destroy()
        sockets.delete(one)
      })
    }
  })
  return {
    server: await listening(server, 'https'),
    get connections() {
      return connections
    },
    cut: () => sockets.forEach(socket => socket.destroy()),
    freeze: () => sockets.forEach(socket => socket.unpipe()),
    close: () => closed(server, sockets),
  }
}

/** Listens on a free port of loopback; returns the URL. */
export async function listening(server: Server, scheme: string): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `${scheme}://127.0.0.1:${address.port}`
}

export async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const done = new Promise<void>(resolve => server.close(() => resolve()))
  for (const socket of sockets) socket.destroy()
  await done
}
