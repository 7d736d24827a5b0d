// A revocation: later runs grant nothing until an approved change of the request file lands after it.
import type { Problem } from '../problem.ts'

/** Label of every stored revocation: the owner. */
export const REVOKES_LABEL = 'countersign.dev/revokes'

/** The right to create revocations, in the record namespace. No role of Kubernetes has it but cluster-admin; the guard asks for it. */
export const REVOKE = { group: 'countersign.dev', resource: 'grants', verb: 'revoke' } as const

/** Names of the ConfigMaps that hold the revocations of an owner begin with this. */
export function revocationPrefix(owner: string): string {
  return `countersign.revoked.${owner}.`
}

export interface Revocation {
  /** `request`: everything that the request of this name has or would get in this cluster; `grant`: one grant. */
  readonly what: 'request' | 'grant'
  /** Name of the request, or the group of the grant. */
  readonly value: string
  /** The user who revoked, as that user's login said it. */
  readonly by: string
  /** Name of the stored object. */
  readonly name: string
  /** creationTimestamp, by the API server's clock. */
  readonly at: Date
  /** uid of the stored object. */
  readonly uid: string
}

/** What became of one revocation in one cluster. */
export interface Revoked extends Pick<Revocation, 'what' | 'value'> {
  readonly cluster: string
  /** `noGrant`: the revocation is stored, but no grant of the request is known that it could end. */
  readonly outcome: 'revoked' | 'alreadyRevoked' | 'noGrant' | 'incomplete'
  /** The access that was ended: `view in apps`. */
  readonly ended: readonly string[]
  /**
   * `refused`: the guard was seen there, each valid certificate has a guarded grant, and none of these is live; `unguarded`: the guard that
   * would refuse them is missing or changed.
   */
  readonly writes: 'refused' | 'unguarded' | 'unknown'
  /** Its certificate in use if no grant of it is known, so that it keeps its rights; else null. */
  readonly kept: { readonly username: string; readonly until: Date } | null
  /** What failed, and what else gives access. */
  readonly problems: readonly Problem[]
}
