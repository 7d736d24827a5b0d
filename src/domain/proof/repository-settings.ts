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

/** A ruleset in the form of GitHub's REST API, without what only GitHub sets. */
export interface Ruleset {
  readonly name: string
  readonly target: string
  readonly enforcement: string
  readonly bypass_actors: readonly unknown[]
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] }
  }
  readonly rules: readonly RulesetRule[]
}

export interface RulesetRule {
  readonly type: string
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}
