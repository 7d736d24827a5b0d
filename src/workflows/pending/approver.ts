// A controller that approves: it decides on pending CertificateSigningRequests of others by the policies of the newest trusted commit,
// and issues nothing. One leader for each signer, by a Lease.
import type { SeenNodes } from '../../domain/cluster/pending-request.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { Pace } from '../../core/control/lease-turn.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { ControllerPorts } from '../control/controller.ts'
import { checkClock } from '../control/cluster-clock.ts'
import type { Leadership } from '../control/leadership.ts'
import { tryAndReport } from '../control/reported-failures.ts'
import { olderThan } from '../control/reviewed-pass.ts'
import { PendingTurns, hasMore } from './pending-turn.ts'
import { PolicyTrust } from './policy-trust.ts'
import type { TrustOptions, TrustPorts } from './policy-trust.ts'

const SECOND_MS = 1000
/** Between two turns over the pending requests. */
const TURN_MS = 3000
/** The same if the last turn decided and there is more: hundreds of nodes may join at once. */
const NEXT_MS = 500
/** How long a list of the nodes is used, except to approve an address that no certificate has. */
const NODES_MS = 15_000

export interface ApproverPorts extends TrustPorts, Pick<ControllerPorts, 'pause'> {
  readonly cluster: Pick<Cluster, 'name' | 'now' | 'signingRequests' | 'nodes' | 'issuedNamesOf'>
}

export interface ApproverOptions extends TrustOptions {
  readonly pace: Pace
  /** Each with the leadership by its Lease, and the name of that. */
  readonly signers: readonly {
    readonly signerName: string
    readonly leadership: Leadership
    readonly lease: string
  }[]
}

type SignerTurns = ApproverOptions['signers'][number] & { readonly turns: PendingTurns }

/** Returns after `signal` has aborted and the turn under way is finished. */
export async function approvePending(
  ports: ApproverPorts,
  options: ApproverOptions,
  signal: AbortSignal,
): Promise<void> {
  const approver = new Approver(ports, options, signal)
  await approver.trust.look()
  await approver.renewLeases()
  await Promise.all([approver.keepLeases(), approver.keepTrust(), approver.work()])
  await Promise.all(options.signers.map(({ leadership }) => leadership.release()))
  ports.reports.stopped(ports.clock.now())
}

class Approver {
  readonly trust: PolicyTrust
  readonly #ports: ApproverPorts
  readonly #options: ApproverOptions
  readonly #signal: AbortSignal
  readonly #turns: readonly SignerTurns[]
  #wasLeader: boolean | null = null
  #nodes: { readonly at: Date; readonly value: SeenNodes } | null = null
  readonly #ended = new AbortController()

  constructor(ports: ApproverPorts, options: ApproverOptions, signal: AbortSignal) {
    this.trust = new PolicyTrust(ports, options)
    this.#ports = ports
    this.#options = options
    this.#signal = signal
    this.#turns = options.signers.map(each => ({
      ...each,
      turns: new PendingTurns(each.signerName),
    }))
  }

  async renewLeases(): Promise<void> {
    const { reports, clock } = this.#ports
    for (const { leadership } of this.#turns)
      await tryAndReport(this.#ports, () => leadership.renew())
    const leads = this.#turns.some(({ leadership }) => leadership.isLeader)
    if (leads !== this.#wasLeader) reports.leads(leads, clock.now())
    this.#wasLeader = leads
  }

  /** Until the last turn has ended: its writes need the Leases. */
  async keepLeases(): Promise<void> {
    const { signal } = this.#ended
    while (await this.#slept(this.#options.pace.renew * SECOND_MS, signal)) await this.renewLeases()
  }

  async keepTrust(): Promise<void> {
    const lookMs = this.#options.pace.look * SECOND_MS
    while (await this.#slept(lookMs, this.#signal)) await this.trust.look()
  }

  async work(): Promise<void> {
    try {
      let isMore: boolean
      do {
        this.#ports.reports.looked(this.#ports.clock.now())
        isMore = false
        for (const each of this.#turns)
          isMore =
            (await tryAndReport(this.#ports, () => this.#turn(each))).value === true || isMore
      } while (await this.#slept(isMore ? NEXT_MS : TURN_MS, this.#signal))
    } finally {
      this.#ended.abort()
    }
  }

  /** Whether it decided, and there is more to decide. */
  async #turn({ leadership, lease, turns }: SignerTurns): Promise<boolean> {
    const { cluster, clock, reports } = this.#ports
    const trusted = this.trust.usable()
    if (trusted === null || !leadership.isLeader) return false
    await checkClock([{ cluster }], clock)
    const { commit, history } = trusted
    if (leadership.commit !== commit) {
      const before = leadership.commit
      const older = olderThan(history, commit, before, { ...this.#options.cluster, lease })
      if (older?.ok === false) throw new CountersignError(older.problems[0])
      if (!(await leadership.actOn(commit, before))) return false
    }
    const { signingRequests } = cluster
    const issuedNames = cluster.issuedNamesOf(lease)
    const ports = {
      cluster: {
        signingRequests,
        issuedNames,
        nodes: (isFresh: boolean) => this.#nodeList(isFresh),
      },
      clock,
      check: () => leadership.check(commit),
      mayDecide: () => !this.#signal.aborted && this.trust.usable() === trusted,
    }
    const report = await turns.turn(ports, trusted)
    reports.turned(report)
    return hasMore(report)
  }

  async #nodeList(isFresh: boolean): Promise<SeenNodes> {
    const at = this.#ports.clock.now()
    const known = this.#nodes
    if (!isFresh && known !== null && at.getTime() < known.at.getTime() + NODES_MS)
      return known.value
    const value = await this.#ports.cluster.nodes()
    this.#nodes = { at, value }
    return value
  }

  /** False if the signal has aborted, which ends the sleep. */
  async #slept(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    await this.#ports.pause(milliseconds, signal).catch(() => undefined)
    return !signal.aborted
  }
}
