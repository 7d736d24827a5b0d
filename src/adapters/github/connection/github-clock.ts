// The clock of a run by code review: that of GitHub, which also says when each change was merged. The clock of a runner may be wrong.
import type { Clock } from '../../../ports/clock-port.ts'

/** Milliseconds: answers take time, and are dated to the second. */
const TOLERATED_MS = 60_000

export interface GithubClock extends Clock {
  /** Takes the Date header of an answer. */
  hears(date: unknown): void
}

/** The own clock, until an answer shows that it is more than a minute wrong; from then on GitHub's. */
export function githubClock(own: Clock): GithubClock {
  let aheadMs = 0
  const now = (): number => own.now().getTime() + aheadMs
  return {
    now: () => new Date(now()),
    sleep: (milliseconds, signal) => own.sleep(milliseconds, signal),
    hears: date => {
      const told = Date.parse(String(date))
      if (Math.abs(told - now()) > TOLERATED_MS) aheadMs = told - own.now().getTime()
    },
  }
}
