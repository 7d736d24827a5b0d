// What a controller reports of one pass, and of one request.
import type { ObjectId } from '../proof/git-history.ts'
import type { Problem } from '../problem.ts'
import type { StepOutcome } from './outcome.ts'

export interface PassReport {
  /** Why it was done. */
  readonly because: string
  readonly commit: ObjectId
  /** GitHub was not asked: renewals by earlier proofs, and emergencies. */
  readonly isOffline: boolean
  /** Those of this cluster. An offline pass has only what it renewed or issued. */
  readonly steps: readonly StepOutcome[]
  readonly warnings: readonly Problem[]
  /** Problems of no single step. */
  readonly problems: readonly Problem[]
  /** Calls to GitHub. */
  readonly calls: number
  readonly milliseconds: number
  /** When the next certificate has to be renewed or the next withdrawal is due; null if nothing is planned. */
  readonly dueAt: Date | null
  readonly at: Date
}

/** An Event on the record of a request, or on the Lease of an approver. */
export interface ControllerEvent {
  readonly regarding:
    | { readonly kind: 'record'; readonly request: string }
    | { readonly kind: 'lease'; readonly name: string }
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase. */
  readonly reason: string
  readonly message: string
  readonly at: Date
}

/** Kind of outcome → how many. */
export function countedOutcomes({
  steps,
}: Pick<PassReport, 'steps'>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { kind } of steps) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
