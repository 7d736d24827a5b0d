// Workflow from a commit on the default branch to the steps that code review approved: read → trust the configuration → trace every
// file that needs a step → judge by requester → compare with the records → prove each step.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type {
  IssuingStep,
  KeepStep,
  Plan,
  Step,
  WithdrawStep,
} from '../../domain/cluster/plan-step.ts'
import type { Requester } from '../../domain/request/policy.ts'
import { ok } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { BrokenRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { GatheredFacts, Approvers } from '../../core/approval/proof-facts.ts'
import { mergeSourceOf } from '../../core/approval/merges/merge-source.ts'
import { configurationPlaces } from '../../core/approval/configuration-places.ts'
import type { TrustedConfiguration } from '../../core/approval/trust-root.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import type { Desired } from '../../core/plan/plan-steps.ts'
import { withKeyAges } from '../../core/plan/key-age.ts'
import { withRecordCapacity } from '../../core/plan/record-capacity.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { readAttributes } from './attributes-files.ts'
import { lastProvedVersion } from './last-proved-version.ts'
import { gather, trace } from './gather-facts.ts'
import { changedSince, readHistory } from './applied-history.ts'
import { withIncompleteDeliveries } from '../plan/incomplete-deliveries.ts'
import type { History, ReviewFrame } from './applied-history.ts'
import type { ReadSinks } from '../plan/stored-credentials.ts'
import { pastOnBranch, withSinksFromGit } from '../withdraw/sinks-to-delete.ts'
import { LookUps } from './look-up-facts.ts'
import { configurationsThen } from './effective-request-then.ts'
import { withLastPaths } from './moved-files.ts'
import { unreachable } from '../plan/observe-clusters.ts'
import { proveSteps } from './prove.ts'
import type { Proofs } from './prove.ts'
import { ON_GITHUB } from '../../core/sink/sink-capabilities.ts'
import { judgeRequests, parseRequests } from '../validate/read-requests.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import { requesterOf } from './requesters.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import {
  findOrigins,
  keyOf,
  pathOf,
  originKey,
  versionsOf,
  wantedFiles,
} from './request-origins.ts'
import type { FileOrigins } from './request-origins.ts'
import { approversAt, trust } from './trusted-configuration.ts'

export type { ReviewFrame } from './applied-history.ts'

export interface ReviewWorld {
  readonly repository: ReviewedRepository
  readonly clock: Clock
}

/** A commit with a trusted configuration. Before that, nothing in it may decide anything, not even which server is asked. */
export interface TrustedCommit {
  readonly rules: Rules
  readonly history: History
  readonly approvers: Approvers
  readonly trusted: TrustedConfiguration
  readonly files: RepositoryFiles
}

export interface Reviewed extends Proofs {
  /** The pull request that brought each file that a run may act on, by `originKey`. */
  readonly pullRequests: ReadonlyMap<string, number>
  readonly plan: Plan
  readonly rules: Rules
  readonly asked: JudgedRequests
}

/** The records of each cluster that answered; null if no cluster is asked, as if nothing had been issued. */
export type Recorded = ReadonlyMap<string, readonly RequestRecord[]> | null

/** Refused if the configuration is not trusted, or if the default branch does not continue from the commit. */
export async function trustCommit(
  { repository, clock }: ReviewWorld,
  frame: ReviewFrame,
): Promise<Checked<TrustedCommit>> {
  const files = repository.filesAt(frame.commit)
  const rules = await readRules(files, frame.config, null)
  if (!rules.ok) return rules
  const history = await readHistory(repository, frame, rules.value.config.requests)
  if (!history.ok) return history
  const trusted = await trust(repository, history.value, clock)
  if (!trusted.ok) return trusted
  const policies = rules.value.policies?.policies
  const approvers = await approversAt(files, history.value, policies)
  if (!approvers.ok) return approvers
  return ok({
    rules: rules.value,
    history: history.value,
    approvers: approvers.value,
    trusted: trusted.value,
    files,
  })
}

export interface ReviewOptions {
  /** Trace and prove only these files. */
  readonly isWanted?: (path: string) => boolean
  /** Clusters that did not answer, and why. */
  readonly unanswered?: ReadonlyMap<string, Problem>
  /** Records that cannot be read. */
  readonly broken?: readonly BrokenRecord[]
  /** Reads the content of the sinks; without it only the records are used. */
  readonly looked?: ReadSinks
}

/** The steps that a run of the commit may do, by the records and the sinks. */
export async function reviewedSteps(
  { repository: source, clock }: ReviewWorld,
  commit: TrustedCommit,
  recorded: Recorded,
  options: ReviewOptions = {},
): Promise<Reviewed> {
  const { isWanted = () => true, unanswered = new Map(), broken = [] } = options
  const { looked = async plan => withIncompleteDeliveries(plan) } = options
  const { rules, history, approvers, trusted } = commit
  const folder = rules.config.requests
  const files = (await commit.files.list(folder)) ?? []
  const attributes = await readAttributes(commit.files, folder, files)
  const parsed = await parseRequests(commit.files, { rules, folder })
  const now = clock.now()
  const records = recorded ?? new Map(rules.config.clusters.map(({ name }) => [name, []]))
  const compared = { config: rules.config, records, broken, now }
  // The requester is known only with the history of the file; a certificate that is kept needs none.
  const compare = async (judged: Omit<Desired, 'config' | 'now'>): Promise<Plan> =>
    withLastPaths(await looked(planSteps({ ...judged, ...compared })), source, history)
  const unjudged = await compare({ ...parsed, warnings: new Map() })
  const wanted = wantedFiles(unjudged, parsed.requests, isWanted)
  const fileOrigins = await findOrigins(source, history, wanted, files, compared)
  const all = [...fileOrigins.values()].flatMap(fileOrigin => [
    fileOrigin,
    ...versionsOf(fileOrigin),
  ])
  const traced = await trace(
    source,
    history,
    all.map(({ landing }) => landing),
  )
  const gathered = await gather(source, traced, all, approvers.teams, now, attributes)
  const configurations = await configurationsThen(source, history, all, gathered)
  const lookUps = new LookUps(source, files)
  const isPublic = history.repository.visibility === 'public'
  const places = configurationPlaces(history.frame.config, history.frame.workflow)
  const bytesOf = (blob: ObjectId): Uint8Array | null => lookUps.bytesOf(blob)
  const judging = { rules, approvers, places, isPublic, now, bytesOf, configurations }
  const { backgrounds, asked } = await lookUps.settle(gathered, facts => {
    const backgrounds = new Map(
      [...fileOrigins].map(([key, fileOrigin]) => [
        key,
        lastProvedVersion(fileOrigin, judging, facts),
      ]),
    )
    const requesterOfRequest = (request: EffectiveRequest): Requester | null => {
      const fileOrigin = fileOrigins.get(originKey(request))
      const background = backgrounds.get(originKey(request)) ?? null
      const backed = fileOrigin === undefined ? undefined : { ...fileOrigin, background }
      return requesterOf(backed, request, facts, rules.config, records)
    }
    const asking = {
      rules,
      folder,
      now,
      isPublic,
      capabilities: ON_GITHUB,
      requesterOf: requesterOfRequest,
    }
    return { backgrounds, asked: judgeRequests(parsed, asking) }
  })
  const refused = [...asked.refused, ...unreachable(asked.requests, unanswered)]
  const inUse = await compare({ ...asked, refused })
  const made = {
    ...inUse,
    steps: withRecordCapacity(withKeyAges(inUse.steps, asked.verdicts, now), now),
  }
  const past = pastOnBranch(source, history, fileOrigins)
  const plan = { ...made, steps: await withSinksFromGit(made.steps, past) }
  const paths = [...fileOrigins.values()].map(({ path }) => path)
  const moved = await changedSince(source, history, paths)
  const proofs = await proveSteps(
    {
      source,
      history,
      rules,
      asked,
      files,
      attributes,
      fileOrigins,
      backgrounds,
      moved,
      facts: gathered,
      lookUps,
      configurations,
      approvers,
      trusted,
    },
    plan.steps.filter(isToDo).filter(step => isWanted(pathOf(step))),
    plan.steps.filter(isKept).filter(step => fileOrigins.has(keyOf(step))),
  )
  const warnings = [...trusted.warnings, ...proofs.warnings]
  return {
    plan,
    rules,
    asked,
    pullRequests: pullRequestsOf(fileOrigins, gathered),
    ...proofs,
    warnings,
  }
}

/** `trustCommit` and `reviewedSteps`, for callers that do not ask a cluster. */
export async function reviewAt(
  world: ReviewWorld,
  frame: ReviewFrame,
  records: Recorded,
  options: ReviewOptions = {},
): Promise<Checked<Reviewed>> {
  const commit = await trustCommit(world, frame)
  return commit.ok ? ok(await reviewedSteps(world, commit.value, records, options)) : commit
}

function pullRequestsOf(fileOrigins: FileOrigins, facts: GatheredFacts): Reviewed['pullRequests'] {
  return new Map(
    [...fileOrigins].flatMap(([key, { landing }]) => {
      const [pull] = mergeSourceOf(landing, facts).pullRequests
      return pull === undefined ? [] : [[key, pull.number] as const]
    }),
  )
}

function isKept(step: Step): step is KeepStep {
  return step.kind === 'keep'
}

/** True for steps that need an approval. */
export function isToDo(step: Step): step is IssuingStep | WithdrawStep {
  return step.kind !== 'keep' && step.kind !== 'blocked'
}
