// Bodies of HTTP answers: all of one, or line by line as a watch sends it.
import type { IncomingMessage } from 'node:http'

/** The whole body as text. Throws when it is larger than `limit` bytes. */
export async function readAll(message: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bytes(message)) {
    size += chunk.length
    if (size > limit) throw new Error(`the answer is larger than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Non-empty lines as they arrive; a last line without a newline is cut off by a broken connection and not given. */
export async function* readLines(message: IncomingMessage): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes(message)) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = rest.subarray(0, end).toString('utf8').trim()
      rest = rest.subarray(end + 1)
      if (line !== '') yield line
    }
  }
}

async function* bytes(message: IncomingMessage): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<unknown> = message
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk
}
