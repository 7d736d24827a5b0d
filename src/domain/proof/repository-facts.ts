// The repository at GitHub now, and the rules of its branches.
import type { ObjectId } from './git-history.ts'
import type { Account, Permission } from './account.ts'
import type { TeamRef } from '../request/config.ts'

export interface RepositoryFacts {
  readonly id: number
  /** owner/name */
  readonly name: string
  readonly visibility: 'public' | 'private' | 'internal'
  readonly defaultBranch: string
  /** The tip of the default branch now. */
  readonly tip: ObjectId
  readonly forge: ForgeTraits
}

/** In what servers differ. */
export interface ForgeTraits {
  /** Address of the server as `forge` of the configuration names it; null for GitHub. */
  readonly url: string | null
  /** Whether its CODEOWNERS files have GitHub's syntax. Otherwise code owners are unknown. */
  readonly hasCodeOwners: boolean
}

export const GITHUB_TRAITS: ForgeTraits = { url: null, hasCodeOwners: true }

/** Ruleset requirements for a pull request into the default branch. If several rulesets apply, the strictest values. */
export interface BranchRules {
  readonly requiredApprovals: number
  /** Reviews that a ruleset requires for single files. */
  readonly requiredReviewers: readonly RequiredReviewer[]
}

export interface RequiredReviewer {
  readonly filePatterns: readonly string[]
  readonly minimumApprovals: number
  /** Id of the team that has to review. */
  readonly teamId: number
}

/** Permissions and memberships now, for the requested accounts. */
export interface ReviewerRights {
  /** `none` also if the login belongs to another id now; null if GitHub does not say. */
  readonly permission: (account: Account) => Permission | null
  /** Null if the token cannot read the team's members: unknown, never "not a member". */
  readonly isMember: (team: TeamRef, account: Account) => boolean | null
}
