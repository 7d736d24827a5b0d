// What GitHub's own settings say about a repository: what countersign rests on, and does not do itself.

/** Which branches may deploy to an environment. */
export type DeploymentBranches =
  | { readonly kind: 'any' }
  /** Every branch that a rule or a classic protection protects. */
  | { readonly kind: 'protected' }
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] }

/** What the rulesets in force ask of a branch, put together. */
export interface BranchProtection {
  /** Null where no ruleset asks for a pull request. */
  readonly pullRequest: {
    readonly approvals: number
    readonly needsCodeOwners: boolean
    /** A push takes earlier approvals away. */
    readonly dismissesStale: boolean
  } | null
  readonly forbidsForcePush: boolean
  readonly forbidsDeletion: boolean
  /** By a strict status check or a merge queue: what is merged was tested, and shown, with what the branch holds. */
  readonly needsUpToDate: boolean
  /** Who passes these rulesets by, in words; null where the token may not see it. */
  readonly bypass: readonly string[] | null
}

/** A line of CODEOWNERS that GitHub passes over. */
export interface CodeOwnersFault {
  readonly path: string
  readonly line: number
  readonly message: string
}
