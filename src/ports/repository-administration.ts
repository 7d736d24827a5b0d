// The port for settings of a repository at GitHub that an administrator changes.
import type { RepositoryAccess, Ruleset } from '../domain/proof/repository-settings.ts'

/** Every method throws GITHUB_ codes. Reading settings otherwise is the port GithubSettings. */
export interface RepositoryAdministration {
  /** Returns what the token may do. Throws GITHUB_NOT_FOUND if it may not see the repository. */
  access(): Promise<RepositoryAccess>
  /**
   * Creates the environment, or changes which branches may deploy: that branch, and no other. Waiting time and reviewers of an
   * existing environment stay as they are.
   */
  limitEnvironment(environment: string, branch: string): Promise<void>
  /**
   * Returns the ruleset of this repository with that name, null if there is none. `unavailable`: GitHub refuses to show any (403), as
   * for private repositories of a plan without rulesets. Bypass actors that the token may not see are left out.
   */
  ruleset(name: string): Promise<(Ruleset & { readonly id: number }) | 'unavailable' | null>
  /**
   * Replaces the ruleset with this id, or creates one if it is null. Returns false if GitHub refuses a new one (422), as for a name
   * that exists.
   */
  saveRuleset(id: number | null, ruleset: Ruleset): Promise<boolean>
}
