// The ports for access in one cluster: bindings of grants, and revocations.
import type { Checked, Problem } from '../domain/problem.ts'
import type { Revocation } from '../domain/cluster/revocation.ts'
import type { GrantBinding, RoleRule } from '../domain/cluster/grant-binding.ts'
import type { RoleInPlace } from '../domain/request/access.ts'

export type { GrantBinding, RoleRule } from '../domain/cluster/grant-binding.ts'

/** One binding to create. */
export interface WantedBinding extends RoleInPlace {
  readonly grant: string
  /** Name of the request, as an annotation for people. */
  readonly request: string
}

/** Every method throws CLUSTER_ codes. */
export interface Grants {
  /** Returns every binding with a name or a subject that is a grant of this owner, whatever labels it has. */
  list(): Promise<readonly GrantBinding[]>
  /**
   * Creates the binding without subjects, looks for a revocation, and only then gives it its grant: a revocation that the look did not
   * find is of a login that finds the binding. If it exists as wanted, nothing changes. Refuses as `look` does, with
   * ACCESS_BINDING_FOREIGN if one with that name says something else or was deleted meanwhile, with ACCESS_NAMESPACE_MISSING, and with
   * ACCESS_FORBIDDEN and the rule to add if this login may not bind the role.
   */
  bind(wanted: WantedBinding, look: () => Promise<Checked<null>>): Promise<Checked<null>>
  /**
   * Ends the access of a binding: deletes it, and reads until it is gone. `absent` if there was none. If a finalizer
   * keeps it, empties its subjects and refuses with ACCESS_FINALIZER: it gives no access then. A login that may not empty them
   * takes the finalizers away instead.
   */
  unbind(binding: Pick<GrantBinding, 'name' | 'namespace'>): Promise<Checked<'ended' | 'absent'>>
  /**
   * Returns whether a grant is live for the guard of writes (SubjectAccessReview), by whatever binding; null if this login may not ask.
   * Asks again while the API server may not know of a deleted binding yet.
   */
  isLive(grant: string): Promise<boolean | null>
  /** Returns the rules of a ClusterRole; null if it does not exist. */
  rulesOf(clusterRole: string): Promise<readonly RoleRule[] | null>
  /** Returns the uid of a namespace; null if it does not exist. */
  namespaceUid(namespace: string): Promise<string | null>
  /**
   * Asks the API server for a binding that the guard forbids, as a dry run (`clusterRole` is one that this login may bind). Refuses
   * with ACCESS_UNGUARDED unless a policy refuses it.
   */
  checkGuard(clusterRole: string): Promise<Checked<null>>
}

/** Revocations are ConfigMaps in the record namespace. Every method throws CLUSTER_ codes. */
export interface Revocations {
  /**
   * Returns every one of this owner; in `broken` a CLUSTER_RECORD for each object with its label that is none. Anybody who may create
   * ConfigMaps can make such an object, so it must stop nothing; the guard lets nobody change a real one.
   */
  list(): Promise<{
    readonly revocations: readonly Revocation[]
    readonly broken: readonly Problem[]
  }>
  /** Stores another one, also if there is one of the same value: each has its own time. */
  add(revocation: Pick<Revocation, 'what' | 'value'>, by: string): Promise<void>
  /** Deletes it, if it still is the one that was read. */
  remove(revocation: Revocation): Promise<void>
}
