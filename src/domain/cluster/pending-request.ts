// The decision on a pending CertificateSigningRequest that another user created, and what is known of other nodes.
import type { Checked, NonEmpty, Problem } from '../problem.ts'
import type { ObjectId } from '../proof/git-history.ts'
import type { NodeInventory } from './node-inventory.ts'

export type PendingDecision =
  | { readonly kind: 'approve'; readonly policy: string }
  | { readonly kind: 'deny'; readonly policy: string; readonly problems: NonEmpty<Problem> }
  /** It stays pending. */
  | { readonly kind: 'leave'; readonly problems: NonEmpty<Problem> }

/** Who has a name: a node, with the SHA-256 of its public key, or null if only the name is kept. */
export interface NameHolder {
  readonly commonName: string
  readonly key: string | null
}

/** A name in a certificate that an approver let be issued: `CN NAME`, `DNS NAME` or `IP ADDRESS`. */
export interface IssuedName {
  readonly commonName: string
  readonly name: string
  /** When the certificate has expired at the latest. */
  readonly until: Date
}

/** All names that one approver keeps. `versions`: of the objects that were read, for the next write. */
export interface StoredNames {
  readonly names: readonly IssuedName[]
  readonly versions: readonly (string | null)[]
}

export interface NodeFacts {
  /** Name → uid of each Node object. */
  readonly nodes: ReadonlyMap<string, string>
  /** Name → addresses that each node wrote into its Node object. */
  readonly addresses: ReadonlyMap<string, readonly string[]>
  /** `CN NAME`, `DNS NAME` and `IP ADDRESS` → approved requests whose certificate has not expired. */
  readonly held: ReadonlyMap<string, readonly NameHolder[]>
}

/** What Node objects say. */
export type SeenNodes = Pick<NodeFacts, 'nodes' | 'addresses'>

/** The reviewed inventory, or why there is none that counts. */
export type KnownInventory = Checked<NodeInventory>

/** What a controller reports of one turn over the pending requests of one signer. */
export interface TurnReport {
  readonly signerName: string
  readonly commit: ObjectId
  /** Requests that are pending after the turn. */
  readonly pending: number
  /** Decisions, and news of requests that stay pending. */
  readonly decided: readonly DecidedPending[]
  readonly at: Date
}

export interface DecidedPending {
  readonly name: string
  readonly username: string
  readonly decision: 'approved' | 'denied' | 'left'
  /** The policy that decided; null for a request that stays pending. */
  readonly policy: string | null
  readonly problems: readonly Problem[]
}
