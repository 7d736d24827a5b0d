// A request as the handlers want it, read off node:http with the API server's limit.
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { Body } from './request-body.ts'
import { PROTOBUF, protobufToJson } from './protobuf.ts'
import { entityTooLarge } from '../kinds/status-error.ts'

const BODY_LIMIT = 3_145_728

/** Reads the body; throws the 413. */
export async function readRequestBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size <= BODY_LIMIT) chunks.push(bytes)
  }
  if (size > BODY_LIMIT) throw entityTooLarge(BODY_LIMIT)
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const bytes = Buffer.concat(chunks)
  return type === PROTOBUF && bytes.length > 0
    ? { text: protobufToJson(bytes), type: 'application/json' }
    : { text: bytes.toString('utf8'), type }
}

const CHAINS = new WeakMap<TLSSocket, readonly Uint8Array[]>()

/** DER of the certificates the client presented, leaf first; the same array for each request of a connection. */
export function peerCertificates(request: IncomingMessage): readonly Uint8Array[] {
  const { socket } = request
  if (!(socket instanceof TLSSocket)) return []
  const known = CHAINS.get(socket) ?? presentedBy(socket)
  CHAINS.set(socket, known)
  return known
}

function presentedBy(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = []
  // Not getPeerCertificate: it renders each field of each certificate as text.
  let next = socket.getPeerX509Certificate()
  while (next !== undefined) {
    chain.push(new Uint8Array(next.raw))
    next = next.issuerCertificate
  }
  return chain
}
