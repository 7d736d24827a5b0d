// The policies of the newest trusted commit, as a controller that approves uses them: proved as the issuing controller proves, and again
// when the default branch moves.
import { failure, ok, refuse } from '../../domain/problem.ts'
import type { KnownInventory } from '../../domain/cluster/pending-request.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { passReason } from '../../core/control/next-pass.ts'
import type { LastPass } from '../../core/control/next-pass.ts'
import { passInterval } from '../../core/plan/call-budget.ts'
import type { ControllerOptions, ControllerPorts } from '../control/controller.ts'
import { isAway, isRefusal, reportedProblem, tryAndReport } from '../control/reported-failures.ts'
import type { TurnRules } from './pending-turn.ts'
import type { History } from '../prove/applied-history.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { trustCommit } from '../prove/trusted-commit.ts'
import type { ReviewPorts, TrustedCommit } from '../prove/trusted-commit.ts'
import { trustedInventory } from '../prove/trusted-inventory.ts'

const SECOND_MS = 1000
/** Silence of GitHub during which no answer is missed: a look and a proof may take that long. */
const SILENT_MS = 120_000
/** Calls of a proof, before one was counted. */
const USUAL_CALLS = 30

export type TrustPorts = Pick<ControllerPorts, 'clock' | 'reports' | 'tip' | 'openRepository'>
export interface TrustOptions extends Omit<ControllerOptions, 'pace'> {
  readonly signers: readonly { readonly signerName: string }[]
}

interface Trusted extends TurnRules {
  readonly history: History
  /** When GitHub was asked. */
  readonly since: Date
  readonly offlineGraceSeconds: number
}

export class PolicyTrust {
  readonly #ports: TrustPorts
  readonly #options: TrustOptions
  #trusted: Trusted | null = null
  #isAway = false
  #answeredAt = new Date(0)
  #callsPerPass = USUAL_CALLS
  #last: LastPass | null = null
  #triedAt: Date | null = null

  constructor(ports: TrustPorts, options: TrustOptions) {
    this.#ports = ports
    this.#options = options
  }

  /** A refusal of GitHub (401, 403, 404) or of the proof ends the trust at once; silence only after approval.offlineGrace. */
  async look(): Promise<void> {
    const { callsPerHour } = this.#options
    const since = this.#ports.clock.now()
    const proved = await tryAndReport(this.#ports, async () => {
      const commit = await this.#ports.tip()
      this.#answeredAt = since
      const interval = passInterval({ callsPerHour, callsPerPass: this.#callsPerPass })
      const passes = { last: this.#last, triedAt: this.#triedAt }
      if (passReason(passes, commit, interval, since) === null) return this.#trusted
      this.#triedAt = since
      return this.#prove(commit, since)
    })
    this.#isAway = proved.isAway
    if (proved.isAway) return
    this.#trusted = proved.value
    const last = proved.value
    this.#last = last && { at: last.since, commit: last.commit, dueAt: null, isUnfinished: false }
  }

  async #prove(commit: ObjectId, since: Date): Promise<Trusted | null> {
    const { clock, reports } = this.#ports
    const { cluster: own, config, trustedConfig, trustedRequests } = this.#options
    const repository = await this.#ports.openRepository()
    const frame = { config, trustedConfig, trustedRequests, commit, workflow: null }
    const trusted = await trustCommit({ repository, clock }, frame)
    this.#count(repository)
    if (!trusted.ok) {
      reports.failed(trusted.problems, clock.now())
      return null
    }
    const { rules, history } = trusted.value
    const cluster = rules.config.clusters.find(({ name }) => name === own.name)
    if (cluster === undefined)
      throw failure('CONTROLLER_MOVED', `the configuration names no cluster ${own.name}`)
    const policies = rules.policies ?? { policies: [], broken: [] }
    const { emergency, approval } = rules.config
    const inventory = await this.#inventory({ repository, clock }, trusted.value, cluster)
    this.#count(repository)
    const { offlineGraceSeconds } = approval
    return { commit, policies, cluster, emergency, history, since, offlineGraceSeconds, inventory }
  }

  /** One that does not count stops decisions on requests of kubelets only. */
  async #inventory(
    ports: ReviewPorts,
    commit: TrustedCommit,
    cluster: ClusterConfig,
  ): Promise<KnownInventory> {
    const isForNodes = this.#options.signers.some(({ signerName }) => isKubeletSigner(signerName))
    if (!isForNodes) return ok({ nodes: new Map(), pools: [], owners: new Map() })
    const inventory = await trustedInventory(ports, commit, cluster).catch(unreadable)
    if (!inventory.ok) this.#ports.reports.failed(inventory.problems, ports.clock.now())
    return inventory
  }

  #count(repository: ReviewedRepository): void {
    const { rest, graphql } = repository.calls()
    this.#callsPerPass = Math.max(rest + graphql, 1)
  }

  /** Null while nothing may be decided. */
  usable(): Trusted | null {
    const trusted = this.#trusted
    if (trusted === null) return null
    const now = this.#ports.clock.now().getTime()
    const graceMs = trusted.offlineGraceSeconds * SECOND_MS
    const until = this.#isAway
      ? trusted.since.getTime() + graceMs
      : this.#answeredAt.getTime() + graceMs + SILENT_MS
    return now <= until ? trusted : null
  }
}

/** An inventory that cannot be read is one that does not count. Without an answer of GitHub nothing counts, or with a refusal. */
function unreadable(cause: unknown): KnownInventory {
  const problem = reportedProblem(cause)
  if (isAway(problem) || isRefusal(problem)) throw cause
  return refuse(problem)
}
