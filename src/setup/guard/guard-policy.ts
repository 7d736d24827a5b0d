// One ValidatingAdmissionPolicy of the guard.

/** One policy with the parts of its binding. */
export interface GuardPolicy {
  /** The last part of its name. */
  readonly about: string
  readonly spec: object
  /** Part of the binding: where the policy applies, absent for everywhere. */
  readonly matchResources?: object
}
