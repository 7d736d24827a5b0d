// One line of the plan of bootstrap: an object of the cluster or a setting of the repository, and what bootstrap does with it.

/** `blocked`: the login may not do it. `unchanged` and `blocked` write nothing. */
export type SetupState = 'unchanged' | 'create' | 'change' | 'delete' | 'blocked'

export interface SetupStep {
  /** Stable and unique, for example `cluster/Namespace/countersign-system` or `repository/environment/countersign`. */
  readonly id: string
  readonly where: 'cluster' | 'repository'
  /** As people read it: `ClusterRole countersign-apply`, `environment countersign, deploys from main only`. */
  readonly what: string
  readonly state: SetupState
  /** What a change changes, or why the step is blocked; one fact each. */
  readonly details: readonly string[]
  /** For a blocked step: the exact command for a person who may do it. Else null. */
  readonly command: string | null
}

/** A step with its work. */
export interface SetupTask extends SetupStep {
  /** Null for a step that does nothing. Returns the result in one line, or null. */
  readonly run: (() => Promise<string | null>) | null
}
