// A file that a person named in an argument or a flag: its bytes, or why it cannot be read.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { failure } from '../../domain/problem.ts'
import { errorCode, fileReason } from './system-error.ts'

/** `path` is relative to `folder`; `-` is standard input. Throws RUN_FILES with the reason and the hint. */
export async function readNamedFile(
  folder: string,
  path: string,
  hint: string | null = null,
): Promise<Uint8Array> {
  if (path === '-') return standardInput()
  return readFile(resolve(folder, path)).catch((cause: unknown) => {
    throw unreadableFile(path, cause, hint)
  })
}

export function unreadableFile(path: string, cause: unknown, hint: string | null = null) {
  const isGzip = errorCode(cause).startsWith('Z_')
  const reason = isGzip ? 'its gzip data is broken or cut off' : fileReason(cause)
  return failure('RUN_FILES', `${path} cannot be read: ${reason}`, hint, cause)
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The same as UTF-8 text. */
export async function readNamedText(
  folder: string,
  path: string,
  hint: string | null = null,
): Promise<string> {
  return new TextDecoder().decode(await readNamedFile(folder, path, hint))
}
