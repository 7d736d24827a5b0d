// The stages of a review: what each reads, decides or asks, and its result as a named value.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { IssuingStep, Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { BrokenRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { Requester } from '../../domain/request/policy.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { NOTHING_PROVED } from '../../core/approval/proof-facts.ts'
import { withUntil } from '../../core/plan/access-end.ts'
import { withKeyAges } from '../../core/plan/key-age.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import type { Compared, Desired } from '../../core/plan/plan-steps.ts'
import { withRecordCapacity } from '../../core/plan/record-capacity.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import { withIncompleteDeliveries } from '../plan/incomplete-deliveries.ts'
import { unreachable } from '../plan/observe-clusters.ts'
import type { ReadSinks } from '../plan/stored-credentials.ts'
import { judgeRequests, parseRequests } from '../validate/read-requests.ts'
import type { ParsedRequests } from '../validate/read-requests.ts'
import { pastOnBranch, withSinksFromGit } from '../withdraw/sinks-to-delete.ts'
import { changedSince } from './applied-history.ts'
import { readAttributes } from './attributes-files.ts'
import type { ReadAttributes } from './attributes-files.ts'
import { configurationsThen } from './effective-request-then.ts'
import { changedSinceProof } from './file-steps.ts'
import { gatherFacts, trace } from './gather-facts.ts'
import { provedBelow } from './proved-chain.ts'
import type { IsGuarded } from './guarded-records.ts'
import { LookUps } from './look-up-facts.ts'
import { withEnds } from './request-ends.ts'
import { proveSteps } from './prove.ts'
import type { Proofs, Proving, TracedFiles } from './prove.ts'
import { findOrigins, originKeyOfStep, originKeyOfRequest, wantedFiles } from './request-origins.ts'
import { requesterOf } from './requesters.ts'
import { rulesAtLandings } from './rules-at-landings.ts'
import type { ReviewPorts, TrustedCommit } from './trusted-commit.ts'

/** The records of each cluster that answered; null if no cluster is asked, as if nothing had been issued. */
export type Recorded = ReadonlyMap<string, readonly RequestRecord[]> | null

export interface ReviewOptions {
  /** Trace and prove only these files. */
  readonly isWanted?: (path: string) => boolean
  /** Clusters that did not answer, and why. */
  readonly unanswered?: ReadonlyMap<string, Problem>
  /** Records that cannot be read. */
  readonly broken?: readonly BrokenRecord[]
  /** The present, if the clock is ahead of it. */
  readonly present?: Date
  /** Whether this run saw the guard on the records of a cluster; without it, records say nothing about approvals. */
  readonly isGuarded?: IsGuarded
  /** What the sinks hold; without it only what the records say of them. */
  readonly looked?: ReadSinks
}

/** The request files of the commit, before anybody knows who asks for them. */
interface ReadFiles {
  readonly files: readonly RequestFile[]
  readonly attributes: readonly ReadAttributes[]
  readonly parsed: ParsedRequests
}

/** What an approval of each file has to cover, and the requests judged by who asks for them. */
type JudgedFiles = Pick<Proving, 'backgrounds' | 'judgedRequests'>

/** One review of one commit; each method is a stage. */
export class ReviewStages {
  readonly #ports: ReviewPorts
  readonly #commit: TrustedCommit
  readonly #options: ReviewOptions
  readonly #compared: Required<Pick<Compared, 'config' | 'records' | 'broken' | 'now' | 'present'>>

  constructor(
    ports: ReviewPorts,
    commit: TrustedCommit,
    recorded: Recorded,
    options: ReviewOptions,
  ) {
    const { config } = commit.rules
    this.#ports = ports
    this.#commit = commit
    this.#options = options
    this.#compared = {
      config,
      records: recorded ?? new Map(config.clusters.map(({ name }) => [name, []])),
      broken: options.broken ?? [],
      now: ports.clock.now(),
      present: options.present ?? ports.clock.now(),
    }
  }

  async read(): Promise<ReadFiles> {
    const { rules, files: source } = this.#commit
    const folder = rules.config.requests
    const files = (await source.list(folder)) ?? []
    const attributes = await readAttributes(source, folder, files)
    return { files, attributes, parsed: await parseRequests(source, { rules, folder }) }
  }

  /** A step of the plan before judging decides which files are traced: who asks is known only by their history. */
  async trace({ files, attributes, parsed }: ReadFiles): Promise<TracedFiles> {
    const { repository } = this.#ports
    const { history, approvers } = this.#commit
    const unjudged = await this.#planAgainstRecords({ ...parsed, warnings: new Map() })
    const restored = await changedSinceProof(repository, history, unjudged.steps)
    const isWanted = (path: string): boolean => this.#isWanted(path)
    const wanted = wantedFiles(unjudged, parsed.requests, isWanted, restored)
    const { isGuarded = async () => false } = this.#options
    const fileOrigins = await findOrigins(repository, history, wanted, files, { isGuarded })
    const below = [...fileOrigins.values()].flatMap(({ versions }) => versions)
    const all = [...fileOrigins.values(), ...below]
    const landings = all.map(({ landing }) => landing)
    const traced = await trace(repository, history, landings)
    const rulesAt = await rulesAtLandings(repository, this.#commit, landings)
    const teams = landings.flatMap(landing => rulesAt(landing)?.approvers.teams ?? [])
    const named = [...approvers.teams, ...teams]
    const facts = await gatherFacts(repository, traced, all, named, this.#compared.now, attributes)
    const configurations = await configurationsThen(repository, history, all, facts)
    return { fileOrigins, facts, configurations, rulesAt, lookUps: new LookUps(repository, files) }
  }

  /** Looks up diffs and texts at GitHub until no decision needs another one. */
  async judge({ parsed }: ReadFiles, traced: TracedFiles): Promise<JudgedFiles> {
    const { rules, history } = this.#commit
    const { fileOrigins, facts: gathered, configurations, rulesAt, lookUps } = traced
    const { now, present, records } = this.#compared
    const isPublic = history.repository.visibility === 'public'
    const judging = { ...this.#commit, rulesAt, now, lookUps, configurations }
    const folder = rules.config.requests
    const below = [...fileOrigins].map(([key, each]) => [key, provedBelow(each, judging)] as const)
    return lookUps.decideKnowing(gathered, facts => {
      const backgrounds = new Map(below.map(([key, backgroundIn]) => [key, backgroundIn(facts)]))
      const requester = (request: EffectiveRequest): Requester | null => {
        const key = originKeyOfRequest(request)
        const fileOrigin = fileOrigins.get(key)
        const background = backgrounds.get(key) ?? NOTHING_PROVED
        const backed = fileOrigin === undefined ? undefined : { ...fileOrigin, background }
        return requesterOf(backed, request, facts, rules.config, records)
      }
      const capabilities = ON_GITHUB
      const asking = { rules, folder, now, present, isPublic, capabilities, requesterOf: requester }
      return { backgrounds, judgedRequests: judgeRequests(parsed, asking) }
    })
  }

  /** The plan of the judged requests, with the sinks of withdrawals as git has them. */
  async plan({ fileOrigins }: TracedFiles, { judgedRequests }: JudgedFiles): Promise<Plan> {
    const { unanswered = new Map() } = this.#options
    const { now, present } = this.#compared
    const refused = [...judgedRequests.refused, ...unreachable(judgedRequests.requests, unanswered)]
    const plan = await this.#planAgainstRecords({ ...judgedRequests, refused })
    const ending = withUntil(plan.steps, present)
    const steps = withRecordCapacity(withKeyAges(ending, judgedRequests.verdicts, now), now)
    const past = pastOnBranch(this.#ports.repository, this.#commit.history, fileOrigins)
    return { ...plan, steps: await withSinksFromGit(steps, past) }
  }

  async prove(
    { files, attributes }: ReadFiles,
    traced: TracedFiles,
    { backgrounds, judgedRequests }: JudgedFiles,
    { steps }: Plan,
  ): Promise<Proofs> {
    const { history, rules, approvers, trusted } = this.#commit
    const { fileOrigins } = traced
    const moved = await changedSince(this.#ports.repository, history)
    const others = steps.filter(step => step.kind === 'keep' || step.kind === 'blocked')
    const isTraced = (step: Step): boolean => fileOrigins.has(originKeyOfStep(step))
    const proofs = await proveSteps(
      {
        ...traced,
        history,
        rules,
        approvers,
        trusted,
        files,
        attributes,
        judgedRequests,
        backgrounds,
        moved,
      },
      steps.filter(isToDo).filter(step => this.#isWanted(stepTarget(step).path)),
      others.filter(isTraced),
    )
    // The file of a step that was not traced is the one that was issued.
    const untraced = others.filter(step => step.kind === 'keep' && !isTraced(step))
    return { ...proofs, standing: [...proofs.standing, ...untraced] }
  }

  async #planAgainstRecords(desired: Omit<Desired, 'config' | 'now'>): Promise<Plan> {
    const { looked = async plan => withIncompleteDeliveries(plan) } = this.#options
    const plan = await looked(planSteps({ ...desired, ...this.#compared }))
    return withEnds(plan, this.#ports.repository, this.#commit)
  }

  #isWanted(path: string): boolean {
    return this.#options.isWanted?.(path) ?? true
  }
}

/** The steps that need an approval. */
export function isToDo(step: Step): step is IssuingStep | WithdrawStep {
  return step.kind !== 'keep' && step.kind !== 'blocked'
}
