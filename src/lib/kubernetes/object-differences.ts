// Stored objects compared with printed ones. Members that the API server fills in do not count.

/** Whether every printed member is stored with the same value. Lists must be equal as a whole. */
export function contains(stored: unknown, printed: unknown): boolean {
  if (Array.isArray(printed))
    return (
      Array.isArray(stored) &&
      stored.length === printed.length &&
      printed.every((item, index) => contains(stored[index], item))
    )
  if (!isRecord(printed)) return stored === printed
  return (
    isRecord(stored) &&
    Object.entries(printed).every(([key, value]) => contains(stored[key], value))
  )
}

/** One fact for each printed member that is stored with another value: its path, with both values if they are short. */
export function differences(stored: unknown, printed: unknown, path = ''): readonly string[] {
  if (isRecord(printed) && isRecord(stored))
    return Object.entries(printed).flatMap(([key, value]) =>
      differences(stored[key], value, path === '' ? key : `${path}.${key}`),
    )
  if (contains(stored, printed)) return []
  if (stored === undefined) return [`${path} is missing`]
  const isPlain = [stored, printed].every(value => typeof value !== 'object')
  return [
    isPlain
      ? `${path} is ${JSON.stringify(stored)}, not ${JSON.stringify(printed)}`
      : `${path} differs`,
  ]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
