// The port for tokens of service accounts, rights of other users, and trials of the guard of one cluster.
import type { GuardTrial, TrialOutcome } from '../domain/cluster/guard-trial.ts'
import type { Right } from '../domain/cluster/grant-binding.ts'
import type { Secret } from '../domain/request/secret-value.ts'
import type { Cluster } from './cluster.ts'

/** What setup and doctor need from a cluster in addition to `Cluster`. Every method throws CLUSTER_ codes. */
export interface Administration {
  /**
   * Returns a token of a service account. `seconds` is the lifetime to ask for; the API server may give a shorter one, as
   * `expiresAt` says.
   */
  issueToken(
    account: { readonly namespace: string; readonly name: string },
    seconds: number,
  ): Promise<{ readonly token: Secret<string>; readonly expiresAt: Date }>
  /** Returns whether another user has a right (SubjectAccessReview); null if the API server does not answer such questions to this login. */
  mayOther(
    who: { readonly username: string; readonly groups: readonly string[] },
    right: Right,
  ): Promise<boolean | null>
  /** Returns the command and arguments of each API server that runs as a pod; none if they cannot be seen. */
  apiServerArguments(): Promise<readonly (readonly string[])[]>
  /** Returns the hash of the static admission policies of the API server that answers; null if it has none or does not show it. */
  staticPolicies(): Promise<string | null>
  /** Returns how the guard decides on one dry run; nothing is stored. `untried` if the answer says nothing about the guard. */
  tryGuard(trial: GuardTrial): Promise<TrialOutcome>
}

export interface AdministeredCluster extends Cluster {
  readonly administration: Administration
}
