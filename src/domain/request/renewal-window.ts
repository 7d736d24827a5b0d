// The time before its end at which a certificate is renewed, and the hours in which that may happen (rotation.renewAt).
import type { RenewalWindow } from './config.ts'
import { WEEKDAYS } from './config.ts'
import type { RenewBefore } from './request.ts'

const DAY_MINUTES = 24 * 60
const MINUTE_MS = 60_000

/** Seconds between the renewal of a certificate and its end; `lifetime` in seconds. */
export function secondsBefore(lifetime: number, renewBefore: RenewBefore | null): number {
  if (renewBefore?.kind === 'seconds' && renewBefore.seconds > 0 && renewBefore.seconds < lifetime)
    return renewBefore.seconds
  if (
    renewBefore?.kind === 'percentage' &&
    renewBefore.percentage > 0 &&
    renewBefore.percentage < 100
  )
    return (lifetime * renewBefore.percentage) / 100
  return lifetime / 3
}

/** Seconds before the end at which a window is not waited for any more. `before`: between the renewal and the end. */
export function secondsToSpare(before: number): number {
  return Math.floor(before / 2)
}

/** The first moment from `from` on in which the window is open; `latest` if it does not open before. */
export function firstOpen(window: RenewalWindow, from: Date, latest: Date): Date {
  let at = from.getTime()
  while (at < latest.getTime()) {
    const { day, minute } = localTime(window, at)
    if (isOpen(window, day, minute)) return new Date(at)
    const wait = (window.from - minute + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
    at = (Math.floor(at / MINUTE_MS) + wait) * MINUTE_MS
  }
  return latest
}

/** The longest time in seconds in which the window is closed, with the hour that a change of the clock may add. */
export function longestClosed(window: RenewalWindow): number {
  const week = WEEKDAYS.length * DAY_MINUTES
  let longest = 0
  let closed = 0
  // Twice, since a closed time may go over the end of the week.
  for (let at = 0; at < 2 * week; at++) {
    const day = Math.floor(at / DAY_MINUTES) % WEEKDAYS.length
    closed = isOpen(window, day, at % DAY_MINUTES) ? 0 : closed + 1
    longest = Math.max(longest, closed)
  }
  return longest === 0 ? 0 : longest * 60 + 3600
}

/** Hours over midnight belong to the day on which they begin. */
function isOpen({ days, from, to }: RenewalWindow, day: number, minute: number): boolean {
  const isNamed = (index: number): boolean =>
    days.includes(WEEKDAYS[(index + WEEKDAYS.length) % WEEKDAYS.length] ?? 'mon')
  if (from < to) return isNamed(day) && from <= minute && minute < to
  return (isNamed(day) && from <= minute) || (isNamed(day - 1) && minute < to)
}

function localTime({ timezone }: RenewalWindow, at: number): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const day = WEEKDAYS.findIndex(each => each === parts.get('weekday')?.toLowerCase())
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}
