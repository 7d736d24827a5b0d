// JSON in a text that anyone may have written.

/** Returns the value, null if the text is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
