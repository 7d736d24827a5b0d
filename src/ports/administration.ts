// Service account tokens, rights of others and the guard of one cluster.
import type { GuardTrial, TrialOutcome } from '../domain/cluster/guard-trial.ts'
import type { Secret } from '../domain/request/secret-value.ts'
import type { Right } from './cluster.ts'

/** What setting countersign up in a cluster takes, and looking whether it stands. */
export interface Administration {
  /** A token of a service account; the API server may give it a shorter life than was asked for. */
  issueToken(
    account: { readonly namespace: string; readonly name: string },
    seconds: number,
  ): Promise<{ readonly token: Secret<string>; readonly expiresAt: Date }>
  /** What somebody else may do, asked by who may ask that; null where the API server takes no such question. */
  mayOther(
    who: { readonly username: string; readonly groups: readonly string[] },
    right: Right,
  ): Promise<boolean | null>
  /** The spec of an admission policy or binding; null where there is none, `hidden` where it may not be read. */
  guardSpec(
    kind: 'ValidatingAdmissionPolicy' | 'ValidatingAdmissionPolicyBinding',
    name: string,
  ): Promise<{ readonly spec: unknown } | 'hidden' | null>
  /** One dry run; nothing is stored. */
  tryGuard(trial: GuardTrial): Promise<TrialOutcome>
}
