// Bodies of HTTP answers: complete, or line by line as a watch sends them.
import type { Readable } from 'node:stream'
import { z } from 'zod'

const STATUS = z.object({ message: z.string().optional(), reason: z.string().optional() })

/** A body, or one line of a watch, that exceeds the size limit. */
export class TooLarge extends Error {
  /** Bytes. */
  readonly limit: number

  constructor(limit: number) {
    super(`the answer is larger than ${limit} bytes`)
    this.limit = limit
  }
}

/** The whole body as text. Throws TooLarge above `limit` bytes. */
export async function readAll(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  // Much faster than an iteration, for short bodies.
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) body.destroy(new TooLarge(limit))
      else chunks.push(chunk)
    })
    body.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    body.on('error', reject)
    // After the end this changes nothing.
    body.on('close', () => reject(new Error('the answer broke off')))
  })
}

/**
 * Non-empty lines as they arrive. A last line without a newline was cut off by a broken connection and is dropped. Throws TooLarge
 * if a line has more than `limit` bytes.
 */
export async function* readLines(body: Readable, limit: number): AsyncGenerator<string> {
  let rest: Buffer[] = []
  let size = 0
  for await (const chunk of bytes(body)) {
    let from = 0
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)])
        .toString('utf8')
        .trim()
      rest = []
      size = 0
      from = end + 1
      if (line !== '') yield line
    }
    rest.push(chunk.subarray(from))
    size += chunk.length - from
    if (size > limit) throw new TooLarge(limit)
  }
}

/** The parsed JSON, or the text itself if it is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The message of a Status body, or the text of another body; '' if there is none. */
export function bodyMessage(body: unknown): string {
  const status = STATUS.safeParse(body)
  return status.success ? (status.data.message ?? status.data.reason ?? '') : String(body)
}

async function* bytes(body: Readable): AsyncGenerator<Buffer> {
  const chunks: AsyncIterable<unknown> = body
  for await (const chunk of chunks) if (Buffer.isBuffer(chunk)) yield chunk
}
