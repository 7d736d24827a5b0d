// Code and path of Node's system errors, read without relying on the realm of the Error class.
import { textOrNull, namedMember } from '../../domain/json-text.ts'

/** The code of a system or OpenSSL error (`ENOENT`, `ECONNRESET`), '' where it has none. */
export function errorCode(cause: unknown): string {
  return textOrNull(namedMember(cause, 'code')) ?? ''
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'its permissions do not allow it'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'its file system is read-only'],
])

/** Why a file cannot be used, in words; of other errors the code, or the message. */
export function fileReason(cause: unknown): string {
  const code = errorCode(cause)
  return REASONS.get(code) ?? (code || errorMessage(cause))
}

/** The path in a system error, '' if it has none. */
export function errorPath(cause: unknown): string {
  return textOrNull(namedMember(cause, 'path')) ?? ''
}

export function errorMessage(cause: unknown): string {
  return textOrNull(namedMember(cause, 'message')) ?? ''
}

/** Null if it throws: for a state that cannot be seen, or an error whose text is secret. */
export function nullIfThrown<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
