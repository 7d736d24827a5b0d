// Durations as text (Go's time.ParseDuration, ISO 8601 durations), converted to and from whole seconds.

export type Duration =
  | { readonly ok: true; readonly seconds: number }
  /** The fault as the end of a sentence that quotes the text, and what to write instead. */
  | { readonly ok: false; readonly fault: string; readonly hint: string | null }

/** Nanoseconds in each of Go's units. */
const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])
const SECOND = 1_000_000_000n
/** Kubernetes keeps seconds in an int32, so no longer duration can be requested. */
const LONGEST = 2_147_483_647n
const LONGEST_TEXT = 40

const GO = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/
const GO_PART = /(\d+)(?:\.(\d+))?(ns|us|µs|μs|ms|s|m|h)/g
const DAYS = /^(\d+)d$/
const ISO = /^P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/**
 * Reads `168h`, `1h30m`, `P7D`, `PT168H`, and `180d` if `days` allows it. Refuses signs, parts of a second, ISO years and months
 * (they have no fixed length) and more than 2147483647 seconds.
 */
export function parseDuration(text: string, options: { readonly days: boolean }): Duration {
  if (text.length > LONGEST_TEXT) return fault('is too long for a duration')
  const days = DAYS.exec(text)?.[1]
  if (days !== undefined && !options.days) {
    const hint = `write hours: ${text} is ${BigInt(days) * 24n}h`
    return fault('has the unit d, which Go durations lack', hint)
  }
  const nanoseconds =
    days !== undefined ? BigInt(days) * 86_400n * SECOND : (goDuration(text) ?? isoDuration(text))
  if (nanoseconds === null) return fault('is not a duration', hintFor(text))
  if (nanoseconds % SECOND !== 0n) return fault('is not a whole number of seconds')
  const seconds = nanoseconds / SECOND
  if (seconds > LONGEST) return fault(`is longer than ${LONGEST} seconds`)
  return { ok: true, seconds: Number(seconds) }
}

/** A duration from `now` as a time, up to the next whole minute: `2027-01-31T18:00Z`. Any other text as it is. */
export function timeAfter(text: string, now: Date): string {
  const duration = parseDuration(text, { days: true })
  if (!duration.ok) return text
  const minutes = Math.ceil((now.getTime() / 1000 + duration.seconds) / 60)
  return `${new Date(minutes * 60_000).toISOString().slice(0, 16)}Z`
}

/** Seconds as the shortest Go duration: `168h`, `1h30m`, `45s`. */
export function formatDuration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('')
  return text === '' ? '0s' : text
}

function goDuration(text: string): bigint | null {
  if (!GO.test(text)) return null
  let sum = 0n
  for (const [, whole, fraction = '', unit] of text.matchAll(GO_PART)) {
    const scale = GO_UNITS.get(unit ?? '') ?? 0n
    // a fraction finer than a nanosecond becomes one nanosecond, so that it is refused below
    const scaled = BigInt(`${whole}${fraction}`) * scale
    const divisor = 10n ** BigInt(fraction.length)
    sum += scaled / divisor + (scaled % divisor === 0n ? 0n : 1n)
  }
  return sum
}

function isoDuration(text: string): bigint | null {
  const match = ISO.exec(text)
  if (match === null) return null
  const [, weeks = '0', days = '0', hours = '0', minutes = '0', seconds = '0'] = match
  const allDays = BigInt(weeks) * 7n + BigInt(days)
  const allSeconds =
    allDays * 86_400n + BigInt(hours) * 3_600n + BigInt(minutes) * 60n + BigInt(seconds)
  return allSeconds * SECOND
}

function hintFor(text: string): string {
  if (/^P(?:\d+[YMWD])*/.test(text) && /^P\d+[YM]|^P\d+Y\d+M/.test(text)) {
    return 'years and months have no fixed length; count in days or hours: P30D, 720h'
  }
  if (/^[+-]/.test(text)) return 'durations have no sign'
  if (/^\d+$/.test(text)) {
    // Kubernetes refuses less than 600 seconds, so a smaller number means hours.
    return Number(text) < 600 ? `write ${text}h` : `add a unit: ${text}s, or hours as in 168h`
  }
  return 'write it as 168h, 1h30m or P7D'
}

function fault(text: string, hint: string | null = null): Duration {
  return { ok: false, fault: text, hint }
}

/** Returns the day in UTC, as 2026-01-31. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
