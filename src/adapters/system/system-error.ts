// Code and path of Node's system errors, read without relying on the realm of the Error class.

/** The code of a system or OpenSSL error (`ENOENT`, `ECONNRESET`), '' where it has none. */
export function errorCode(cause: unknown): string {
  return text(cause, 'code')
}

/** The path in a system error, '' if it has none. */
export function errorPath(cause: unknown): string {
  return text(cause, 'path')
}

export function errorMessage(cause: unknown): string {
  return text(cause, 'message')
}

function text(cause: unknown, member: string): string {
  if (typeof cause !== 'object' || cause === null) return ''
  const value: unknown = Reflect.get(cause, member)
  return typeof value === 'string' ? value : ''
}

/** Null if it throws: for a state that cannot be seen, or an error whose text is secret. */
export function nullIfThrown<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
