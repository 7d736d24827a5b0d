// GitHub's own settings of a repository. countersign relies on them and does not enforce them itself.

/** Which branches may deploy to an environment. */
export type DeploymentBranches =
  | { readonly kind: 'any' }
  /** Every branch that a ruleset or a classic branch protection protects. */
  | { readonly kind: 'protected' }
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] }

/** The combined requirements of the rulesets in force for a branch. */
export interface BranchProtection {
  /** Null if no ruleset requires a pull request. */
  readonly pullRequest: {
    readonly approvals: number
    readonly needsCodeOwners: boolean
    /** A push dismisses earlier approvals. */
    readonly dismissesStale: boolean
  } | null
  readonly forbidsForcePush: boolean
  readonly forbidsDeletion: boolean
  /** By a strict status check or a merge queue: the merged state was tested, and shown, together with the current branch. */
  readonly needsUpToDate: boolean
  /** Bypass actors of these rulesets, as text; null if the token may not see them. */
  readonly bypass: readonly string[] | null
}

/** A line of CODEOWNERS that GitHub ignores. */
export interface CodeOwnersFault {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** What a token may do in a repository, as far as GitHub says before it is tried. */
export interface RepositoryAccess {
  readonly isAdmin: boolean
  readonly mayPush: boolean
  /** False for a token whose scopes do not include workflow; null if GitHub does not say. */
  readonly mayChangeWorkflows: boolean | null
}

export interface RulesetRule {
  readonly type: string
  readonly parameters: Readonly<Record<string, unknown>> | null
}

/** A ruleset of a repository as it is written to GitHub. */
export interface Ruleset {
  /** Null for one that GitHub does not have yet. */
  readonly id: number | null
  readonly name: string
  readonly enforcement: string
  /** Patterns of refs. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly rules: readonly RulesetRule[]
  /** How many accounts, teams and roles may bypass it; null if the token may not see them. */
  readonly bypassActors: number | null
}
