// What a pass of a controller works with.
import type { Budget } from '../../core/plan/call-budget.ts'
import type { ApplyOutcome } from '../../domain/cluster/outcome.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { Emergencies } from '../../ports/records.ts'
import type { ApplyReviewedPorts, Ready } from '../issue/apply-reviewed.ts'
import type { ControlledCluster } from './fenced-clusters.ts'
import type { Leadership } from './leadership.ts'

/** What a controller writes at the server of the repository. Nothing is thrown: a comment never stops a pass. */
export interface ControllerComments {
  /** After a pass: comments with the outcome, and the notice. */
  passed(ready: Ready, outcome: ApplyOutcome): Promise<void>
  /** After a pass that stopped before it knew any step: the notice. */
  refused(problems: NonEmpty<Problem>): Promise<void>
  /** At each look: the plans of open pull requests that changed. `tip`: the commit that they would be merged into. */
  looked(tip: ObjectId): Promise<void>
}

export interface PassPorts extends ApplyReviewedPorts {
  readonly leadership: Leadership
  /** Of the cluster with the Lease. */
  readonly emergencies: Emergencies
  /** Null if nothing is written there. */
  readonly comments: ControllerComments | null
}

export interface PassOptions {
  readonly cluster: ControlledCluster
  readonly budget: Budget
  readonly interrupted: AbortSignal
}
