// The person at the terminal, who is asked once.
import type { Plan } from '../domain/cluster/plan-step.ts'

/** The person at the terminal. */
export interface Person {
  readonly osUser: string
  /** Shows the plan and asks; `yes` is the only yes. */
  confirm(plan: Plan): Promise<boolean>
}
