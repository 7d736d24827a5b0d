// Missing approvals of one step: how many, from whom, and why given ones do not count.
import type { Code } from '../problem-codes.ts'

/**
 * The first rule that is not met, with its state. It is met once `counted` reaches `required` and nobody requests changes.
 */
export interface ApprovalNeed {
  /** `approval.requests`, or `policy people`. */
  readonly rule: string
  /** Number of approvals, including every extra one. */
  readonly required: number
  /** Logins. If users, teams and code owners are all empty, anyone with write access who did not contribute may approve. */
  readonly users: readonly string[]
  /** `owner/slug`. */
  readonly teams: readonly string[]
  /** Code owners of the file, as CODEOWNERS spells them; null if the rule does not ask for code owners. */
  readonly codeOwners: readonly string[] | null
  /** Each reviewer once. */
  readonly counted: readonly GivenApproval[]
  readonly lost: readonly LostApproval[]
  /** Logins of approvers whose last review requests changes. */
  readonly asking: readonly string[]
  /** Why `required` exceeds the number in the rule. Each text follows "one more, since ". */
  readonly more: readonly string[]
}

export interface GivenApproval {
  readonly login: string
  /** Id of the review. */
  readonly review: number
  readonly at: Date
}

/** An approval that does not count. `text` follows "the approval of LOGIN ". */
export interface LostApproval {
  readonly login: string
  readonly code: Code
  readonly text: string
}

export function isMet({ required, counted, asking }: ApprovalNeed): boolean {
  return counted.length >= Math.max(1, required) && asking.length === 0
}
