// The repository at GitHub as it is now, and the rules its branches have.
import type { ObjectId } from './git-history.ts'
import type { Account, Permission } from './account.ts'
import type { TeamRef } from '../request/config.ts'

export interface RepositoryFacts {
  readonly id: number
  /** owner/name */
  readonly name: string
  readonly visibility: 'public' | 'private' | 'internal'
  readonly defaultBranch: string
  /** The commit the default branch is at now. */
  readonly tip: ObjectId
}

/** What rulesets ask of a pull request into the default branch; the strictest of them where there are several. */
export interface BranchRules {
  readonly requiredApprovals: number
  /** Reviews that single files need by a ruleset. */
  readonly requiredReviewers: readonly RequiredReviewer[]
}

export interface RequiredReviewer {
  readonly filePatterns: readonly string[]
  readonly minimumApprovals: number
  /** Id of the team that reviews. */
  readonly teamId: number
}

/** Rights and memberships now, for the accounts that were asked about. */
export interface ReviewerRights {
  /** `none` also where the login belongs to another id now; null where GitHub does not say. */
  readonly permission: (account: Account) => Permission | null
  /** Null where the token cannot read the team's members: unknown, never "not a member". */
  readonly isMember: (team: TeamRef, account: Account) => boolean | null
}
