// The port for the person at the terminal, who is asked once.
import type { Plan } from '../domain/cluster/plan-step.ts'

/** The person at the terminal. */
export interface Person {
  readonly osUser: string
  /** Asks whether to apply the steps of the plan that are due. Returns true for the answer `yes` alone. */
  confirm(plan: Plan): Promise<boolean>
}
