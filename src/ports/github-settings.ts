// Settings of a repository at GitHub. Only reading.
import type { Account } from '../domain/proof/account.ts'
import type {
  BranchProtection,
  CodeOwnersFault,
  DeploymentBranches,
} from '../domain/proof/repository-settings.ts'

/** Settings of a repository at GitHub, for looking whether they stand. Only reading; null is "may not be seen" unless said otherwise. */
export interface GithubSettings {
  /** Null where there is no such environment. */
  deploymentBranches(environment: string): Promise<DeploymentBranches | 'hidden' | null>
  /** Whether a secret of that name exists, in the environment, or in the repository for null. */
  hasSecret(name: string, environment: string | null): Promise<boolean | null>
  branchProtection(branch: string): Promise<BranchProtection | null>
  codeOwnersFaults(): Promise<readonly CodeOwnersFault[] | null>
  /** Whose token it is; null for a token that is nobody's (of a job, of an App). */
  viewer(): Promise<Account | null>
  /** Null where nobody has that login, or that id. */
  account(who: { readonly login: string } | { readonly id: number }): Promise<Account | null>
}
