// JSON in a text that anyone may have written, and the kinds of its values.

/** Returns the value, null if the text is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the member of an object, undefined where there is none. */
export function namedMember(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
