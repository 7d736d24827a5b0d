// From a commit on the default branch to the steps that code review approved: read → trust the configuration → trace every
// file that something would be done for → judge by who asked → diff with the records → prove each step.
import type { IssuingStep, Plan, Step, WithdrawStep } from '../domain/plan.ts'
import { ok } from '../domain/problem.ts'
import type { Checked } from '../domain/problem.ts'
import type { RequestRecord } from '../domain/record.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { diff } from '../plan/diff.ts'
import { requestKey } from '../plan/request-key.ts'
import type { Clock, ReviewedRepository } from '../ports.ts'
import { gather, trace } from './gather.ts'
import { readHistory } from './history.ts'
import type { ReviewFrame } from './history.ts'
import { proveSteps } from './prove.ts'
import type { Proofs } from './prove.ts'
import { judgeRequests, parseRequests } from './read.ts'
import type { Asked } from './read.ts'
import { requesterOf } from './requesters.ts'
import { readRules } from './rules.ts'
import type { Rules } from './rules.ts'
import { findTrails } from './trails.ts'
import { jurisdictionAt, trust } from './trusted.ts'

export type { ReviewFrame } from './history.ts'

export interface ReviewWorld {
  readonly repository: ReviewedRepository
  readonly clock: Clock
}

export interface Reviewed extends Proofs {
  readonly plan: Plan
  readonly rules: Rules
  readonly asked: Asked
}

/** Refused as a whole where the configuration cannot be trusted or the commit is not what the default branch goes on from. */
export async function reviewAt(
  world: ReviewWorld,
  frame: ReviewFrame,
  records: ReadonlyMap<string, readonly RequestRecord[]>,
): Promise<Checked<Reviewed>> {
  const source = world.repository
  const commit = source.filesAt(frame.commit)
  const read = await readRules(commit, frame.config, null)
  if (!read.ok) return read
  const rules = read.value
  const folder = rules.config.requests
  const found = await readHistory(source, frame, folder)
  if (!found.ok) return found
  const history = found.value
  const trusted = await trust(source, history, world.clock)
  if (!trusted.ok) return trusted
  const ruled = await jurisdictionAt(commit, history, rules.policies?.policies)
  if (!ruled.ok) return ruled
  const jurisdiction = ruled.value

  const files = (await commit.list(folder)) ?? []
  const parsed = await parseRequests(commit, { rules, folder })
  const now = world.clock.now()
  const compared = { config: rules.config, records, now }
  // Who asks is known only where the history of the file is; of what stands and goes on standing nobody needs to be asked.
  const unjudged = diff({ ...parsed, ...compared, warnings: new Map() })
  const trails = await findTrails(source, history, unjudged, parsed.requests, files)
  const traced = await trace(
    source,
    history,
    [...trails.values()].map(({ landing }) => landing),
  )
  const facts = await gather(source, traced, [...trails.values()], jurisdiction.teams, now)
  const asked = judgeRequests(parsed, {
    rules,
    folder,
    now,
    requesterOf: (request: EffectiveRequest) => {
      const key = requestKey(request.cluster, request.name)
      return requesterOf(trails.get(key), request, facts, rules.config, records)
    },
  })
  const plan = diff({ ...asked, ...compared })
  const { anchor, warnings } = trusted.value
  const proofs = await proveSteps(
    { source, history, rules, asked, files, trails, facts, jurisdiction, anchor },
    plan.steps.filter(isToDo),
  )
  return ok({ plan, rules, asked, ...proofs, warnings: [...warnings, ...proofs.warnings] })
}

function isToDo(step: Step): step is IssuingStep | WithdrawStep {
  return step.kind !== 'keep' && step.kind !== 'blocked'
}
