// The ports for settings of a repository at GitHub and at a Gitea server.
import type { Account } from '../domain/proof/account.ts'
import type {
  BranchProtection,
  CodeOwnersFault,
  DeploymentBranches,
  RepositoryAccess,
} from '../domain/proof/repository-settings.ts'

/** What every server has. Every method throws GITHUB_ codes. */
export interface AccountSettings {
  /** Returns the person that the token belongs to; null for a token of a job or of an App. */
  viewer(): Promise<Account | null>
  /** Returns the account with that login or id, null if there is none. */
  account(who: { readonly login: string } | { readonly id: number }): Promise<Account | null>
}

export interface GiteaSettings extends AccountSettings {
  /** Returns the rule in force for a branch as Gitea's API has it, null if there is none; `hidden` if it may not be seen. */
  ruleInForce(branch: string): Promise<Readonly<Record<string, unknown>> | 'hidden' | null>
  /** Adds the rule of a branch, or sets these fields of it. */
  protect(branch: string, rule: Readonly<Record<string, unknown>>, isNew: boolean): Promise<void>
  /** Returns what the token may do, and what of the repository refuses proofs. */
  access(): Promise<GiteaAccessFacts>
}

/** What the token may do, and what the repository is. */
export interface GiteaAccessFacts extends RepositoryAccess {
  /** Null if the server does not say. */
  readonly scopes: readonly string[] | null
  /** Its commits come from elsewhere. */
  readonly isMirror: boolean
  readonly isArchived: boolean
  /** Whether a person may push a merge and mark its pull request as merged. */
  readonly takesMergesByHand: boolean
}

/**
 * Settings of a repository at GitHub, for the checks of doctor. Read only. Null means "may not be seen" unless a method says
 * otherwise. Every method throws GITHUB_ codes.
 */
export interface GithubSettings extends AccountSettings {
  /** Returns which branches may deploy to an environment; null if it does not exist, `hidden` if it may not be seen. */
  deploymentBranches(environment: string): Promise<DeploymentBranches | 'hidden' | null>
  /** Returns whether a secret of that name exists in the environment; in the repository if `environment` is null. */
  hasSecret(name: string, environment: string | null): Promise<boolean | null>
  /** Returns what the rulesets in force ask of a branch, combined. Classic branch protection is not included. */
  branchProtection(branch: string): Promise<BranchProtection | null>
  /** Returns the lines of CODEOWNERS that GitHub ignores, empty if there are none. */
  codeOwnersFaults(): Promise<readonly CodeOwnersFault[] | null>
}
