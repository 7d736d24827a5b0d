// The lines of a log, plain or gzip, from a file or standard input. Memory does not grow with the log.
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { PassThrough, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { unreadableFile } from './named-file.ts'

const LONGEST_LINE = 4 * 1024 * 1024
type Lines = AsyncGenerator<readonly (string | null)[]>

/** In parts, as they come; null for a line above 4 Mi characters. `path` is relative to `folder`. Throws RUN_FILES. */
export async function* logLines(folder: string, path: string): Lines {
  const source = path === '-' ? process.stdin : createReadStream(resolve(folder, path))
  try {
    await once(source, 'readable')
    const head: unknown = source.read(2)
    if (Buffer.isBuffer(head)) source.unshift(head)
    const isGzip = Buffer.isBuffer(head) && head.toString('hex') === '1f8b'
    const bytes = pipeline(source, isGzip ? createGunzip() : new PassThrough(), () => undefined)
    yield* linesOf(bytes.setEncoding('utf8'))
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

export async function* linesOf(texts: AsyncIterable<string>): Lines {
  let [rest, isLong] = ['', false]
  for await (const text of texts) {
    const lines: (string | null)[] = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (isLong && lines.length > 0) [lines[0], isLong] = [null, false]
    if (rest.length > LONGEST_LINE) [rest, isLong] = ['', true]
    yield lines
  }
  if (isLong || rest !== '') yield [isLong ? null : rest]
}
