// Whether the hours of rotation.renewAt leave time to renew a certificate.
import type { Problem } from '../../domain/problem.ts'
import type { RenewalWindow } from '../../domain/request/config.ts'
import {
  longestClosed,
  secondsBefore,
  secondsToSpare,
} from '../../domain/request/renewal-window.ts'
import type { RenewBefore } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'

/**
 * FILE_FIELD_VALUE if a certificate may end before the window opens, which is waited for during half of renewBefore only. Null if it
 * does not, or if there is no window.
 */
export function missedWindow(
  window: RenewalWindow | null,
  duration: number | null,
  renewBefore: RenewBefore | null,
): Omit<Problem, 'at'> | null {
  if (window === null || duration === null) return null
  const before = secondsBefore(duration, renewBefore)
  const closed = longestClosed(window)
  if (secondsToSpare(before) >= closed) return null
  const least = Math.ceil((2 * closed) / 3600) * 3600
  const [left, gap] = [formatDuration(Math.floor(before)), formatDuration(closed)]
  return {
    code: 'FILE_FIELD_VALUE',
    message: `rotation.renewAt may miss the renewal: its hours are up to ${gap} apart, and the certificate is renewed ${left} before it ends`,
    hint:
      least < duration
        ? `set renewBefore: ${formatDuration(least)}, or more days or hours in rotation.renewAt of the configuration`
        : `set a duration of more than ${formatDuration(least)} with renewBefore: ${formatDuration(least)}, or more days or hours in rotation.renewAt`,
  }
}
