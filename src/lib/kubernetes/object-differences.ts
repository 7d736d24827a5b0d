// Stored objects compared with printed ones. Values that the API server fills in do not count.
import { isRecord } from '../../domain/json-text.ts'

/**
 * What the API server fills in below `spec`, `rules` and `subjects` of the objects that countersign prints. Any other member that
 * was not printed changes what a policy or a role does, for example a match condition.
 */
const DEFAULTS: Readonly<Record<string, unknown>> = { matchPolicy: 'Equivalent', scope: '*' }

/** Whether every printed member is stored with the same value, and no other but defaults. Lists must be equal as a whole. */
export function contains(stored: unknown, printed: unknown): boolean {
  if (Array.isArray(printed)) {
    // The API server stores no empty list.
    const list = stored ?? []
    return (
      Array.isArray(list) &&
      list.length === printed.length &&
      printed.every((item, index) => contains(list[index], item))
    )
  }
  if (!isRecord(printed)) return stored === printed
  return isRecord(stored) && differences(stored, printed, '.').length === 0
}

/**
 * One fact for each member that is stored with another value: its path, with both values if they are short. Without a path both
 * are whole objects, and members that were not printed do not count there.
 */
export function differences(stored: unknown, printed: unknown, path = ''): readonly string[] {
  if (isRecord(printed) && isRecord(stored)) {
    const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
    const added = Object.keys(stored).filter(
      key => !(key in printed) && !isEmpty(stored[key]) && stored[key] !== DEFAULTS[key],
    )
    return [
      ...Object.entries(printed).flatMap(([key, value]) =>
        differences(stored[key], value, below(key)),
      ),
      ...(path === '' || path.startsWith('metadata')
        ? []
        : added.map(key => `${below(key)} was added`)),
    ]
  }
  if (contains(stored, printed)) return []
  if (stored === undefined) return [`${path} is missing`]
  const isPlain = [stored, printed].every(value => typeof value !== 'object')
  return [
    isPlain
      ? `${path} is ${JSON.stringify(stored)}, not ${JSON.stringify(printed)}`
      : `${path} differs`,
  ]
}

/** The API server adds empty selectors. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value) ? Object.keys(value).length === 0 : false
}
