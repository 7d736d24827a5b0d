// The controller: one long-running process for one cluster. It takes the Lease, looks whether the default branch moved, and makes a pass
// when something is due. Everything it knows is in the cluster and at GitHub, so it can end at any moment.
import type { Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Pace } from '../../core/control/lease-turn.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { passReason } from '../../core/control/next-pass.ts'
import type { PassReason } from '../../core/control/next-pass.ts'
import { passInterval } from '../../core/plan/call-budget.ts'
import type { Budget } from '../../core/plan/call-budget.ts'
import type { ControllerReports } from '../../ports/progress.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import type { ReviewFrame } from '../prove/applied-history.ts'
import type { ControlledCluster } from './fenced-clusters.ts'
import { emergencyPass } from './emergency-pass.ts'
import { renewOffline } from './foreseen-renewals.ts'
import { reviewedPass } from './reviewed-pass.ts'
import type { PassOptions, PassPorts } from './pass-ports.ts'
import { tryAndReport } from './reported-failures.ts'
import type { TriedWork } from './reported-failures.ts'
import type { Pass } from './reviewed-pass.ts'

const SECOND_MS = 1000
/** A large pass counts for this many passes. */
const COUNTED_PASSES = 20
/** Calls of a first pass, before one was counted. */
const USUAL_CALLS = 30

export interface ControllerPorts extends Omit<PassPorts, 'repository'> {
  readonly reports: ControllerReports
  /** Waits between two looks, and between two renewals of the Lease; the clock's `sleep` also ends calls that take too long. */
  readonly pause: Clock['sleep']
  /** The commit of the default branch now. Throws GITHUB_ codes. */
  readonly tip: () => Promise<ObjectId>
  /** The repository, with a count of calls of its own. */
  readonly openRepository: () => Promise<ReviewedRepository>
}

export interface ControllerOptions extends Omit<ReviewFrame, 'commit' | 'workflow'> {
  readonly cluster: ControlledCluster
  readonly callsPerHour: number
  readonly pace: Pace
}

/** Returns after `signal` has aborted and the steps under way are finished. */
export async function control(
  ports: ControllerPorts,
  options: ControllerOptions,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController()
  const controller = new Controller(ports, options, AbortSignal.any([signal, failed.signal]))
  await controller.renewLease()
  // If one ends with an error, the other one ends too.
  const keeping = controller.keepLease().finally(() => failed.abort())
  await Promise.all([keeping, controller.work()])
  await ports.leadership.release()
  ports.reports.stopped(ports.clock.now())
}

class Controller {
  readonly #ports: ControllerPorts
  readonly #options: ControllerOptions
  readonly #signal: AbortSignal
  #last: Pass | null = null
  #triedAt: Date | null = null
  #budget: Budget
  /** Calls of the last passes. */
  #calls: readonly number[] = []
  /** Ends the pass under way if the leadership ends. */
  #pass = new AbortController()
  #wasLeader: boolean | null = null
  /** The commit of the last pass, whole or refused, since another controller led: no emergency goes back behind it. */
  #known: ObjectId | null = null
  /** When certificates of emergencies end. */
  #emergencyEnds: readonly Date[] = []
  /** The last pass has ended. */
  readonly #ended = new AbortController()

  constructor(ports: ControllerPorts, options: ControllerOptions, signal: AbortSignal) {
    this.#ports = ports
    this.#options = options
    this.#signal = signal
    this.#budget = { callsPerHour: options.callsPerHour, callsPerPass: USUAL_CALLS }
  }

  async renewLease(): Promise<void> {
    const { leadership, reports, clock } = this.#ports
    await this.#tried(() => leadership.renew())
    if (!leadership.isLeader) this.#pass.abort()
    if (leadership.isTaken) this.#known = null
    if (leadership.isLeader !== this.#wasLeader) reports.leads(leadership.isLeader, clock.now())
    this.#wasLeader = leadership.isLeader
  }

  /** Until the last pass has ended: its writes need the Lease. */
  async keepLease(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await slept(this.#ports.pause(this.#options.pace.renew * SECOND_MS, this.#ended.signal))
      if (!this.#ended.signal.aborted) await this.renewLease()
    }
  }

  async work(): Promise<void> {
    const { leadership, clock, reports } = this.#ports
    try {
      while (!this.#signal.aborted) {
        reports.looked(clock.now())
        if (leadership.isLeader) await this.#look()
        await slept(this.#ports.pause(this.#wait(), this.#signal))
      }
    } finally {
      this.#ended.abort()
    }
  }

  async #look(): Promise<void> {
    const { clock, comments, leadership } = this.#ports
    const tip = await this.#tried(() => this.#ports.tip())
    if (tip.value === null) {
      await this.#emergency(this.#known)
      return tip.isAway ? this.#offline() : undefined
    }
    const interval = passInterval(this.#budget)
    const passes = { last: this.#last, triedAt: this.#triedAt }
    const because = passReason(passes, tip.value, interval, clock.now())
    if (because !== null) await this.#attempt(because, tip.value)
    // After the pass: a newer commit may take people or requests away.
    await this.#emergency(tip.value)
    if (leadership.isLeader) await comments?.looked(tip.value)
  }

  async #attempt(because: PassReason, commit: ObjectId): Promise<void> {
    const { clock, reports } = this.#ports
    const { config, trustedConfig, trustedRequests, callsPerHour } = this.#options
    const frame = { config, trustedConfig, trustedRequests, commit, workflow: null }
    const started = clock.now()
    this.#triedAt = started
    // A newer commit may end what an older one proved, also if its pass fails.
    if (this.#last !== null && this.#last.commit !== commit) this.#forget()
    const { value: repository } = await this.#tried(() => this.#ports.openRepository())
    if (repository === null) return
    const passing = { ...this.#begun(), budget: this.#budget }
    const done = await this.#tried(() =>
      reviewedPass({ ...this.#ports, repository }, frame, passing),
    )
    const { rest, graphql } = repository.calls()
    const calls = rest + graphql
    this.#calls = [...this.#calls, calls].slice(-COUNTED_PASSES)
    this.#budget = { callsPerHour, callsPerPass: Math.max(...this.#calls) }
    if (done.isAway) return this.#offline()
    if (done.value === null) return
    this.#known = commit
    if (!done.value.ok) {
      reports.failed(done.value.problems, clock.now())
      await this.#ports.comments?.refused(done.value.problems)
      if (done.value.problems.some(({ code }) => !code.startsWith('CLUSTER_'))) this.#forget()
      return
    }
    this.#last = done.value.value
    const milliseconds = clock.now().getTime() - started.getTime()
    reports.passed({ ...done.value.value, because, isOffline: false, calls, milliseconds })
  }

  /** GitHub does not answer: what was proved goes on for the grace of the configuration. */
  async #offline(): Promise<void> {
    const { clock } = this.#ports
    if (this.#last === null) return
    const { foreseen } = this.#last
    const at = clock.now()
    const until =
      foreseen.since.getTime() + foreseen.config.approval.offlineGraceSeconds * SECOND_MS
    if (at.getTime() > until || foreseen.renewals.length === 0) return
    const done = await this.#tried(() => renewOffline(this.#ports, foreseen, this.#begun()))
    if (done.value === null || done.value.length === 0) return
    this.#report(foreseen.commit, done.value, at)
  }

  /** What two people of the configuration ask for, whether GitHub answers or not. */
  async #emergency(tip: ObjectId | null): Promise<void> {
    const { clock, reports } = this.#ports
    if (this.#last !== null && this.#last.foreseen.config.emergency === null) return
    const at = clock.now()
    const left = this.#emergencyEnds.filter(each => each > at)
    const isEnd = left.length < this.#emergencyEnds.length
    const { value: done } = await this.#tried(() =>
      emergencyPass(this.#ports, this.#begun(), this.#options, tip, isEnd),
    )
    if (done === null) return
    const issued = done.steps.flatMap(step => (step.kind === 'issued' ? step.notAfter : []))
    this.#emergencyEnds = [...left, ...issued]
    if (done.problems.length > 0) reports.failed(done.problems, clock.now())
    if (done.steps.length > 0) this.#report(done.commit, done.steps, at, done.warnings)
  }

  /** A pass that ends with the leadership, and with the process. */
  #begun(): Omit<PassOptions, 'budget'> {
    this.#pass = new AbortController()
    const interrupted = AbortSignal.any([this.#signal, this.#pass.signal])
    return { cluster: this.#options.cluster, interrupted }
  }

  #report(
    commit: ObjectId,
    steps: readonly StepOutcome[],
    at: Date,
    warnings: readonly Problem[] = [],
  ): void {
    const { clock, reports } = this.#ports
    const nothing = { warnings, problems: [], calls: 0, dueAt: null, because: 'due' }
    const isOffline = true
    const milliseconds = clock.now().getTime() - at.getTime()
    reports.passed({ ...nothing, commit, isOffline, steps, milliseconds, at })
  }

  /** Milliseconds until the next look: at the latest when something is due. */
  #wait(): number {
    const usual = this.#options.pace.look * SECOND_MS
    const dueAt = this.#last?.dueAt ?? null
    if (dueAt === null) return usual
    const left = dueAt.getTime() - this.#ports.clock.now().getTime()
    return left > 0 && left < usual ? left : usual
  }

  async #tried<T>(work: () => Promise<T>): Promise<TriedWork<T>> {
    const done = await tryAndReport(this.#ports, work)
    if (done.isRefused) this.#forget()
    return done
  }

  /** Nothing is renewed by the proofs of the last pass any more. */
  #forget(): void {
    if (this.#last === null) return
    this.#last = { ...this.#last, foreseen: { ...this.#last.foreseen, renewals: [] } }
  }
}

/** An aborted sleep ends early. */
async function slept(sleep: Promise<void>): Promise<void> {
  await sleep.catch(() => undefined)
}
