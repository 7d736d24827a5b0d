// From a trusted commit to the steps that code review approved: read → trace → judge → plan → prove.
import type { Plan } from '../../domain/cluster/plan-step.ts'
import { ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { mergeSourceOf } from '../../core/approval/merges/merge-source.ts'
import type { GatheredFacts } from '../../core/approval/proof-facts.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { ReviewFrame } from './applied-history.ts'
import type { Proofs } from './prove.ts'
import type { FileOrigins } from './request-origins.ts'
import { ReviewStages } from './review-stages.ts'
import type { Recorded, ReviewOptions } from './review-stages.ts'
import { trustCommit } from './trusted-commit.ts'
import type { ReviewPorts, TrustedCommit } from './trusted-commit.ts'

export interface Reviewed extends Proofs {
  /** The pull request that brought each file of a step, by `originKeyOfRequest`. */
  readonly pullRequests: ReadonlyMap<string, number>
  readonly plan: Plan
  readonly rules: Rules
  readonly judgedRequests: JudgedRequests
}

/** Trusts the commit first. For callers that ask no cluster. */
export async function reviewAt(
  ports: ReviewPorts,
  frame: ReviewFrame,
  records: Recorded,
  options: ReviewOptions = {},
): Promise<Checked<Reviewed>> {
  const commit = await trustCommit(ports, frame)
  return commit.ok ? ok(await reviewedSteps(ports, commit.value, records, options)) : commit
}

/** The plan of a trusted commit against the records. Each wanted step that changes something has a proof or its problems. */
export async function reviewedSteps(
  ports: ReviewPorts,
  commit: TrustedCommit,
  recorded: Recorded,
  options: ReviewOptions = {},
): Promise<Reviewed> {
  const review = new ReviewStages(ports, commit, recorded, options)
  const read = await review.read()
  const traced = await review.trace(read)
  const judged = await review.judge(read, traced)
  const plan = await review.plan(traced, judged)
  const proofs = await review.prove(read, traced, judged, plan)
  return {
    plan,
    rules: commit.rules,
    judgedRequests: judged.judgedRequests,
    pullRequests: pullRequestsOf(traced.fileOrigins, traced.facts),
    ...proofs,
    warnings: [...commit.trusted.warnings, ...proofs.warnings],
  }
}

function pullRequestsOf(fileOrigins: FileOrigins, facts: GatheredFacts): Reviewed['pullRequests'] {
  return new Map(
    [...fileOrigins].flatMap(([key, { landing }]) => {
      const [pull] = mergeSourceOf(landing, facts).pullRequests
      return pull === undefined ? [] : [[key, pull.number] as const]
    }),
  )
}
