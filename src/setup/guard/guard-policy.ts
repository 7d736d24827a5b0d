// One ValidatingAdmissionPolicy of the guard.

/** One policy with everything that is bound to it. */
export interface GuardPolicy {
  /** The last part of its name. */
  readonly about: string
  readonly spec: object
  /** Of the binding: where it holds, absent for everywhere. */
  readonly matchResources?: object
}
