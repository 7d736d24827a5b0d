// What to write in place of a value of the wrong type.
import type { Path } from '../source/located-values.ts'

/** YAML 1.1 reads these words as truth values. YAML 1.2 reads text. */
const TRUTHS = new Map([
  ...['yes', 'on', 'true'].map(word => [word, 'write true'] as const),
  ...['no', 'off', 'false'].map(word => [word, 'write false'] as const),
])

/** What to write in place of a value of another type; null if that is not known. `written`: the value as the file has it, with its zeros. */
export function hintForType(
  expected: string,
  value: unknown,
  path: Path,
  written: string,
): string | null {
  if (value === null) return 'give a value, or leave the field out'
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  const isDuration =
    typeof value === 'number' &&
    /duration$|^(?:renewBefore|maxAge|maxUntil)$/i.test(String(path.at(-1)))
  if (expected === 'string' && isDuration) return `write ${value === 0 ? 'for example 24' : value}h`
  if (expected === 'string' && isPlain) return `put it in quotes: "${written}"`
  const isText = typeof value === 'string'
  if (expected === 'boolean' && isText) return TRUTHS.get(value.toLowerCase()) ?? null
  if (expected === 'number' && isText && /^\d+$/.test(value))
    return `leave out the quotes: ${value}`
  if (expected === 'array' && isText)
    return value.length > written.length && value.startsWith(written)
      ? `begin each line of the list with "- ": "- ${written}"`
      : `write it as a list: [${value}]`
  if (expected === 'array' && value instanceof Object)
    return `begin each item with "- ": "- ${Object.keys(value)[0]}: …"`
  if (expected === 'object' && isText && value.startsWith('{')) return `write ${value}`
  return null
}
