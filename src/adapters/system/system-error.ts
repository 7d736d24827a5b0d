// Code and path of Node's system errors, read without relying on the realm of the Error class.
import { textOrNull, namedMember } from '../../domain/json-text.ts'

/** The code of a system or OpenSSL error (`ENOENT`, `ECONNRESET`), '' where it has none. */
export function errorCode(cause: unknown): string {
  return textOrNull(namedMember(cause, 'code')) ?? ''
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
