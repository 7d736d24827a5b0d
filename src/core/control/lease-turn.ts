// Who may hold the Lease now. As client-go does it, the time of a renewal in the Lease is not compared with this machine's clock: a
// controller waits for the whole duration after it saw the Lease change.
import type { ControllerLease } from '../../domain/cluster/controller-lease.ts'

/** Seconds. */
export interface Pace {
  /** Between two looks at GitHub; an unchanged answer costs no call of the hourly limit. */
  readonly look: number
  /** Between two renewals of the Lease, and between two looks of a controller that waits for it. */
  readonly renew: number
  /** A holder that could not renew for this long acts no more, well before another one can take over. */
  readonly giveUp: number
  /** Without a renewal for this long, another controller takes over. A call may be repeated for a minute after `giveUp`. */
  readonly duration: number
}

export const USUAL_PACE: Pace = { look: 30, renew: 10, giveUp: 20, duration: 90 }

/** A Lease, and when this process first saw it in this version. */
export interface SeenLease {
  readonly lease: ControllerLease
  readonly at: Date
}

/**
 * The Lease that `holder` should write now; null while another holder has it. `seen` null: there is none. The commit stays.
 */
export function leaseTurn(
  seen: SeenLease | null,
  holder: string,
  { duration }: Pace,
  now: Date,
): ControllerLease | null {
  const own = { holder, durationSeconds: duration, renewedAt: now }
  if (seen === null) return { ...own, transitions: 0, commit: null, version: null }
  const { lease, at } = seen
  if (lease.holder === holder) return { ...lease, ...own }
  const isFree = lease.holder === '' || now.getTime() >= at.getTime() + lease.durationSeconds * 1000
  return isFree ? { ...lease, ...own, transitions: lease.transitions + 1 } : null
}
