// What one step still needs before it may be applied: how many approvals of whom, and what became of those that were given.
import type { Code } from '../problem-codes.ts'

/** The rule that is nearest to being met, and where it stands. Met once `counted` reaches `required` and nobody is asking. */
export interface ApprovalNeed {
  /** `approval.requests`, or `policy people`. */
  readonly rule: string
  /** How many, with everything that asks for more than the rule does. */
  readonly required: number
  /** Logins. Where users, teams and code owners are all absent, it is anybody who can write and did not contribute. */
  readonly users: readonly string[]
  /** `owner/slug`. */
  readonly teams: readonly string[]
  /** Who CODEOWNERS names for the file, as it spells them; null where the rule does not ask for code owners. */
  readonly codeOwners: readonly string[] | null
  /** Each reviewer once. */
  readonly counted: readonly GivenApproval[]
  readonly lost: readonly LostApproval[]
  /** Logins whose last word asks for changes, and who have a say. */
  readonly asking: readonly string[]
  /** Why `required` is more than the rule says, each to follow "one more, since ". */
  readonly more: readonly string[]
}

export interface GivenApproval {
  readonly login: string
  /** Id of the review. */
  readonly review: number
  readonly at: Date
}

/** An approval that does not count; `text` goes on from "the approval of LOGIN ". */
export interface LostApproval {
  readonly login: string
  readonly code: Code
  readonly text: string
}

export function isMet({ required, counted, asking }: ApprovalNeed): boolean {
  return counted.length >= Math.max(1, required) && asking.length === 0
}
