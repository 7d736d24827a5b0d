// Retries of calls to other machines: pauses that double, with jitter, inside a total deadline.
import type { Clock } from '../../ports/clock-port.ts'

/** One try of a call. */
export interface Tried<T> {
  /** Milliseconds to wait before the next try; null if another try would change nothing. */
  readonly pauseMs: number | null
  /** The result of the call if this was the last try. Throws if the call failed. */
  readonly result: () => T
}

/**
 * Milliseconds to wait after the try `attempt` (from 0): `firstMs`, doubled with each try, at most 32 times `firstMs`, ± 50 %.
 * `random` is from 0 to 1.
 */
export function backOff(firstMs: number, attempt: number, random: number): number {
  return firstMs * 2 ** Math.min(attempt, 5) * (0.5 + random)
}

/**
 * The result of the last try: it wants no other try, or its pause would end after the deadline. `deadline` is read before each try,
 * in milliseconds of the clock. A try gets its number (from 0) and the milliseconds that are left.
 */
export async function retry<T>(
  clock: Clock,
  deadline: () => number,
  once: (attempt: number, leftMs: number) => Promise<Tried<T>>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const giveUpAt = deadline()
    const { pauseMs, result } = await once(attempt, giveUpAt - clock.now().getTime())
    if (pauseMs === null || clock.now().getTime() + pauseMs > giveUpAt) return result()
    await clock.sleep(pauseMs)
  }
}
