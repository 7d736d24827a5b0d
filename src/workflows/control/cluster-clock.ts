// The clock of the machine that a controller runs on, compared with those of its clusters.
import { failure } from '../../domain/problem.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Cluster } from '../../ports/cluster.ts'

const CLOCK_SECONDS = 60

interface Timed {
  readonly cluster: Pick<Cluster, 'name' | 'now'>
}

/**
 * Throws CONTROLLER_CLOCK if this machine's clock differs from that of a cluster. What is due and how old a proof is depends on this
 * clock, and the cluster signs by its own.
 */
export async function checkClock(observed: readonly Timed[], clock: Clock): Promise<void> {
  for (const { cluster } of observed) {
    const [theirs, now] = [await cluster.now(), clock.now()]
    const seconds = Math.round(Math.abs(theirs.getTime() - now.getTime()) / 1000)
    if (seconds > CLOCK_SECONDS)
      throw failure(
        'CONTROLLER_CLOCK',
        `this machine's clock says ${now.toISOString()}, that of ${cluster.name} ${theirs.toISOString()}`,
        'set the clock of the node, for example with chrony',
      )
  }
}
