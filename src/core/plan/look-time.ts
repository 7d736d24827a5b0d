// The times at which the machine of a requester looks for a renewed certificate.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { RenewBefore } from '../../domain/request/request.ts'
import { nameFraction, renewalTime } from './renewal-time.ts'
import type { Renewed } from './renewal-time.ts'

const SECOND_MS = 1000
const SHORTEST_WAIT_MS = 30 * SECOND_MS
const LONGEST_WAIT_MS = 3600 * SECOND_MS
const JITTER = 0.1
const ANY_HOUR = { jitterPercent: 0, window: null }

/**
 * Returns when to look for the first time: after the latest renewal time of the certificate (`renewBefore` before its end, otherwise
 * the last third of its life), by up to a tenth of the remaining time. Different names look at different times, each name always at
 * the same one.
 */
export function firstLook(
  certificate: Pick<X509Certificate, 'notBefore' | 'notAfter'>,
  renewBefore: RenewBefore | null,
  renewed: Renewed,
): Date {
  const due = renewalTime(
    certificate,
    renewBefore,
    ANY_HOUR,
    renewed,
    certificate.notBefore,
  ).getTime()
  const remaining = certificate.notAfter.getTime() - due
  return new Date(due + Math.floor(remaining * JITTER * nameFraction(renewed)))
}

/**
 * Returns when to look again after a look that found nothing new: after a tenth of the remaining time, at least 30 seconds and at most
 * 1 hour, and never after the end of the certificate. `notAfter` is null if there is no valid certificate: then after 30 seconds.
 */
export function nextLook(now: Date, notAfter: Date | null): Date {
  const at = now.getTime()
  if (notAfter === null) return new Date(at + SHORTEST_WAIT_MS)
  const tenth = (notAfter.getTime() - at) / 10
  const wait = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, tenth))
  return new Date(Math.min(at + Math.floor(wait), notAfter.getTime()))
}
