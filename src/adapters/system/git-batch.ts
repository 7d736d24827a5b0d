// Output of `git cat-file --batch`: `ID TYPE SIZE`, a line end, the bytes, a line end; `ID missing` for a missing object.
// https://git-scm.com/docs/git-cat-file#_batch_output
import type { Readable } from 'node:stream'

/** The objects by id, each cut to `limit` bytes. Missing objects are left out. Throws if the output breaks off. */
export async function readBatch(
  output: Readable,
  limit: number,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>()
  const reader = new Pulled(output)
  for (let head = await reader.line(); head !== null; head = await reader.line()) {
    const [id = '', type = '', size = ''] = head.split(' ')
    if (type === 'missing') continue
    objects.set(id, await reader.bytes(Number(size), limit))
    await reader.bytes(1, 1)
  }
  return objects
}

/** A stream that is read in portions of the requested size. */
class Pulled {
  readonly #chunks: AsyncIterator<unknown>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Text up to a line end, which is consumed and not returned; null at the end of the stream. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf(0x0a)
      if (end >= 0) {
        const line = this.#rest.subarray(0, end).toString('utf8')
        this.#rest = this.#rest.subarray(end + 1)
        return line
      }
      const more = await this.#more()
      if (more === null) return null
      this.#rest = Buffer.concat([this.#rest, more])
    }
  }

  /** Consumes `size` bytes and returns the first `limit` of them. */
  async bytes(size: number, limit: number): Promise<Uint8Array> {
    const kept: Buffer[] = []
    let left = size
    let room = limit
    for (;;) {
      const taken = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(taken.length)
      left -= taken.length
      kept.push(taken.subarray(0, room))
      room -= Math.min(room, taken.length)
      if (left === 0) return new Uint8Array(Buffer.concat(kept))
      const more = await this.#more()
      if (more === null) throw new Error('the output of git breaks off')
      this.#rest = more
    }
  }

  async #more(): Promise<Buffer | null> {
    const next = await this.#chunks.next()
    return next.done !== true && Buffer.isBuffer(next.value) ? next.value : null
  }
}
