// What a pass of a controller works with.
import type { Budget } from '../../core/plan/call-budget.ts'
import type { ApplyReviewedPorts } from '../issue/apply-reviewed.ts'
import type { ControlledCluster } from './fenced-clusters.ts'
import type { Leadership } from './leadership.ts'

export interface PassPorts extends ApplyReviewedPorts {
  readonly leadership: Leadership
}

export interface PassOptions {
  readonly cluster: ControlledCluster
  readonly budget: Budget
  readonly interrupted: AbortSignal
}
