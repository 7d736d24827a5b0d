// From a commit on the default branch to the steps that code review approved: read → trust the configuration → trace every
// file that something would be done for → judge by who asked → diff with the records → prove each step.
import type { IssuingStep, Plan, Step, WithdrawStep } from '../domain/plan.ts'
import { ok } from '../domain/problem.ts'
import type { Checked, Problem } from '../domain/problem.ts'
import type { BrokenRecord, RequestRecord } from '../domain/record.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { Jurisdiction, ProofFacts } from '../approval/facts.ts'
import { broughtBy } from '../approval/landing.ts'
import type { TrustedConfiguration } from '../approval/trust.ts'
import { diff } from '../plan/diff.ts'
import type { Desired } from '../plan/diff.ts'
import { withKeyAges } from '../plan/key-age.ts'
import { withRoom } from '../plan/record-room.ts'
import type { Clock, RepositoryFiles, ReviewedRepository } from '../ports.ts'
import { readAttributes } from './attributes.ts'
import { gather, trace } from './gather.ts'
import { changedSince, readHistory } from './history.ts'
import { withIncomplete } from './incomplete.ts'
import type { History, ReviewFrame } from './history.ts'
import type { LookAtSinks } from './look-at-sinks.ts'
import { pastOnBranch, withSinksFromGit } from './last-issued.ts'
import { withLastPaths } from './moved-files.ts'
import { unreachable } from './observe.ts'
import { proveSteps } from './prove.ts'
import type { Proofs } from './prove.ts'
import { ON_GITHUB } from '../sink/possible.ts'
import { judgeRequests, parseRequests } from './read.ts'
import type { Asked } from './read.ts'
import { requesterOf } from './requesters.ts'
import { readRules } from './rules.ts'
import type { Rules } from './rules.ts'
import { findTrails, pathOf, trailKey, wantedFiles } from './trails.ts'
import type { Trails } from './trails.ts'
import { jurisdictionAt, trust } from './trusted.ts'

export type { ReviewFrame } from './history.ts'

export interface ReviewWorld {
  readonly repository: ReviewedRepository
  readonly clock: Clock
}

/** A commit whose configuration is trusted: until then nothing of it may decide anything, not even which server is asked. */
export interface TrustedCommit {
  readonly rules: Rules
  readonly history: History
  readonly jurisdiction: Jurisdiction
  readonly trusted: TrustedConfiguration
  readonly files: RepositoryFiles
}

export interface Reviewed extends Proofs {
  /** The pull request that brought each file that something may be done for, by `requestKey`. */
  readonly pullRequests: ReadonlyMap<string, number>
  readonly plan: Plan
  readonly rules: Rules
  readonly asked: Asked
}

/** The records of each cluster that answered; null where none is asked, as if nothing had been issued. */
export type Recorded = ReadonlyMap<string, readonly RequestRecord[]> | null

/** Refused where the configuration is not trusted, or the commit is not what the default branch goes on from. */
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
  const jurisdiction = await jurisdictionAt(files, history.value, policies)
  if (!jurisdiction.ok) return jurisdiction
  return ok({
    rules: rules.value,
    history: history.value,
    jurisdiction: jurisdiction.value,
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
  /** What the sinks hold; without it only what the records say of them. */
  readonly looked?: LookAtSinks
}

/** What a run of the commit may do, given what stands. */
export async function reviewSteps(
  { repository: source, clock }: ReviewWorld,
  commit: TrustedCommit,
  recorded: Recorded,
  options: ReviewOptions = {},
): Promise<Reviewed> {
  const { isWanted = () => true, unanswered = new Map(), broken = [] } = options
  const { looked = async plan => withIncomplete(plan) } = options
  const { rules, history, jurisdiction, trusted } = commit
  const folder = rules.config.requests
  const files = (await commit.files.list(folder)) ?? []
  const attributes = await readAttributes(commit.files, folder, files)
  const parsed = await parseRequests(commit.files, { rules, folder })
  const now = clock.now()
  const records = recorded ?? new Map(rules.config.clusters.map(({ name }) => [name, []]))
  const compared = { config: rules.config, records, broken, now }
  // Who asks is known only where the history of the file is; of what goes on standing nobody needs to be asked.
  const compare = async (judged: Omit<Desired, 'config' | 'now'>): Promise<Plan> =>
    withLastPaths(await looked(diff({ ...judged, ...compared })), source, history)
  const unjudged = await compare({ ...parsed, warnings: new Map() })
  const wanted = wantedFiles(unjudged, parsed.requests, isWanted)
  const trails = await findTrails(source, history, wanted, files, compared)
  const traced = await trace(
    source,
    history,
    [...trails.values()].map(({ landing }) => landing),
  )
  const facts = await gather(
    source,
    traced,
    [...trails.values()],
    jurisdiction.teams,
    now,
    attributes,
  )
  const asked = judgeRequests(parsed, {
    rules,
    folder,
    now,
    isPublic: history.repository.visibility === 'public',
    ways: ON_GITHUB,
    requesterOf: (request: EffectiveRequest) => {
      const trail = trails.get(trailKey(request))
      return requesterOf(trail, request, facts, rules.config, records)
    },
  })
  const refused = [...asked.refused, ...unreachable(asked.requests, unanswered)]
  const standing = await compare({ ...asked, refused })
  const made = {
    ...standing,
    steps: withRoom(withKeyAges(standing.steps, asked.verdicts, now), now),
  }
  const past = pastOnBranch(source, history, trails)
  const plan = { ...made, steps: await withSinksFromGit(made.steps, past) }
  const paths = [...trails.values()].map(({ path }) => path)
  const moved = await changedSince(source, history, paths)
  const { anchor } = trusted
  const proofs = await proveSteps(
    {
      source,
      history,
      rules,
      asked,
      files,
      attributes,
      trails,
      moved,
      facts,
      jurisdiction,
      anchor,
    },
    plan.steps.filter(isToDo).filter(step => isWanted(pathOf(step))),
  )
  const warnings = [...trusted.warnings, ...proofs.warnings]
  return { plan, rules, asked, pullRequests: bringers(trails, facts), ...proofs, warnings }
}

/** Both in one, for what does not ask a cluster. */
export async function reviewAt(
  world: ReviewWorld,
  frame: ReviewFrame,
  records: Recorded,
  options: ReviewOptions = {},
): Promise<Checked<Reviewed>> {
  const commit = await trustCommit(world, frame)
  return commit.ok ? ok(await reviewSteps(world, commit.value, records, options)) : commit
}

function bringers(trails: Trails, facts: ProofFacts): Reviewed['pullRequests'] {
  return new Map(
    [...trails].flatMap(([key, { landing }]) => {
      const [pull] = broughtBy(landing, facts).pullRequests
      return pull === undefined ? [] : [[key, pull.number] as const]
    }),
  )
}

/** The steps that an approval is asked for. */
export function isToDo(step: Step): step is IssuingStep | WithdrawStep {
  return step.kind !== 'keep' && step.kind !== 'blocked'
}
