// Leadership of one controller: it takes the Lease, renews it while it works, and looks at it again before each write. A Lease fences
// nothing by itself: a process that was paused may wake up after another one took over.
import type { ControllerLease } from '../../domain/cluster/controller-lease.ts'
import { caughtProblem, failure } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { leaseTurn } from '../../core/control/lease-turn.ts'
import type { Pace, SeenLease } from '../../core/control/lease-turn.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Leases } from '../../ports/records.ts'

export class Leadership {
  readonly #leases: Leases
  readonly #holder: string
  readonly #clock: Clock
  readonly #pace: Pace
  #seen: SeenLease | null = null
  /** When the last renewal began; null while another controller leads. */
  #renewedAt: Date | null = null
  /** The last write. They wait for each other: one would conflict with another one of this process. */
  #writing: Promise<unknown> = Promise.resolve()

  /** `holder`: a name of this process that no other one has. */
  constructor(leases: Leases, holder: string, clock: Clock, pace: Pace) {
    this.#pace = pace
    this.#leases = leases
    this.#holder = holder
    this.#clock = clock
  }

  /** Whether this process may act now, by its last renewal. */
  get isLeader(): boolean {
    if (this.#renewedAt === null) return false
    return this.#clock.now().getTime() < this.#renewedAt.getTime() + this.#pace.giveUp * 1000
  }

  /** Whether another holder has the Lease, as this process saw it last. */
  get isTaken(): boolean {
    const holder = this.#seen?.lease.holder ?? ''
    return holder !== '' && holder !== this.#holder
  }

  /** The newest commit that any holder acted on, as this process saw it last. */
  get commit(): ObjectId | null {
    return this.#seen?.lease.commit ?? null
  }

  /** Takes or renews the Lease if it is this process's turn. Returns whether it leads. Throws CLUSTER_ codes. */
  renew(): Promise<boolean> {
    return this.#inTurn(() => this.#renew())
  }

  async #renew(): Promise<boolean> {
    const now = this.#clock.now()
    this.#see(await this.#leases.read(), now)
    const next = leaseTurn(this.#seen, this.#holder, this.#pace, now)
    const written = next === null ? null : await this.#leases.write(next)
    if (written !== null) this.#see(written, now)
    this.#renewedAt = written === null ? null : now
    return written !== null
  }

  /**
   * Records the commit that this process acts on from now on. Returns false if it no longer leads, or if a holder acted on another
   * commit than `before`, of which `commit` is a descendant. Throws CLUSTER_ codes.
   */
  actOn(commit: ObjectId, before: ObjectId | null): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.isLeader || !(await this.#renew())) return false
      const lease = this.#seen?.lease
      if (lease === undefined || lease.commit === commit) return lease !== undefined
      if (lease.commit !== before) return false
      const written = await this.#leases.write({ ...lease, commit })
      if (written !== null) this.#see(written, this.#clock.now())
      return written !== null
    })
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(write)
    this.#writing = done.catch(() => undefined)
    return done
  }

  /** Throws CONTROLLER_NOT_LEADER unless the Lease, read now, is of this process and of this commit. */
  async check(commit: ObjectId): Promise<void> {
    const lease = this.isLeader ? await this.#leases.read() : null
    if (lease?.holder === this.#holder && lease.commit === commit && this.isLeader) return
    this.#renewedAt = null
    throw failure(
      'CONTROLLER_NOT_LEADER',
      lease === null || lease.holder === this.#holder
        ? `this controller no longer leads, or acts on another commit than ${commit.slice(0, 7)}`
        : `${lease.holder} leads now`,
      'nothing was written; the controller that leads goes on',
    )
  }

  /** Gives the Lease back, so that another controller need not wait. Failures change nothing. */
  async release(): Promise<void> {
    const lease = this.#seen?.lease
    if (this.#renewedAt === null || lease?.holder !== this.#holder) return
    this.#renewedAt = null
    await this.#leases.write({ ...lease, holder: '' }).catch(caughtProblem)
  }

  #see(lease: ControllerLease | null, at: Date): void {
    if (lease === null) this.#seen = null
    else if (this.#seen?.lease.version !== lease.version) this.#seen = { lease, at }
  }
}
