// The renewal time of a certificate: cert-manager's arithmetic (pkg/util/pki/renewaltime.go), minus a stable jitter.
import { hash } from 'node:crypto'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { RotationConfig } from '../../domain/request/config.ts'
import { firstOpen, secondsBefore, secondsToSpare } from '../../domain/request/renewal-window.ts'
import type { RenewBefore } from '../../domain/request/request.ts'

/** The identity of a renewal. Different names spread over time, and each name keeps its time. */
export interface Renewed {
  readonly owner: string
  readonly cluster: string
  readonly name: string
}

/**
 * notAfter − renewBefore, in whole seconds. A renewBefore that is not shorter than the lifetime counts as absent; absent means a
 * third of the lifetime. The jitter moves the time earlier by up to `jitterPercent` of the lifetime. It never passes the middle
 * between issue and the unjittered time. With a window, it is the first moment then, or from `now` on, in which the window is open.
 * When half of renewBefore is left, the window is not waited for any more.
 */
export function renewalTime(
  certificate: Pick<X509Certificate, 'notBefore' | 'notAfter'>,
  renewBefore: RenewBefore | null,
  { jitterPercent, window }: RotationConfig,
  renewed: Renewed,
  now: Date,
): Date {
  const lifetime = (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 1000
  const before = secondsBefore(lifetime, renewBefore)
  const most = Math.min((lifetime * jitterPercent) / 100, (lifetime - before) / 2)
  const jitter = Math.floor(most * nameFraction(renewed))
  const end = certificate.notAfter.getTime()
  const due = new Date(Math.floor(end / 1000 - before - jitter) * 1000)
  if (window === null) return due
  return firstOpen(window, due < now ? now : due, new Date(end - secondsToSpare(before) * 1000))
}

/** The time of two runs of a daily schedule that GitHub starts up to twelve hours late. */
export const TIGHT_SECONDS = 2 * 24 * 3600 + 12 * 3600

/** Whether a schedule may miss the renewal time, if it drops one run and is late with the next. */
export function isScheduleTight(lifetimeSeconds: number, renewBefore: RenewBefore | null): boolean {
  return secondsBefore(lifetimeSeconds, renewBefore) < TIGHT_SECONDS
}

/** Returns a number in [0, 1) that is always the same for the same name. */
export function nameFraction({ owner, cluster, name }: Renewed): number {
  const digest = hash('sha256', JSON.stringify([owner, cluster, name]), 'buffer')
  return digest.readUInt32BE(0) / 2 ** 32
}
