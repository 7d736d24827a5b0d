// The version of the guard, and dry runs with which doctor checks that the guard in a cluster works.
import type { SigningRequest } from './signing-request.ts'

/** Annotation of each policy. */
export const VERSION_ANNOTATION = 'countersign.dev/guard'
/** 2: a name is not an identity, and revocations are protected. 1, without the annotation: countersign 0.1.0. */
export const GUARD_VERSION = 2

/** One write that the API server judges and does not store. */
export type GuardTrial =
  | { readonly kind: 'record' | 'secret'; readonly namespace: string; readonly owner: string }
  /** As a user with every right and a grant that is not live, whom this login impersonates. */
  | { readonly kind: 'write'; readonly namespace: string; readonly owner: string }
  | { readonly kind: 'pod' | 'token'; readonly namespace: string; readonly account: string }
  /** The unchanged object, sent to its approval endpoint. */
  | { readonly kind: 'approval'; readonly object: SigningRequest }
  /** A CertificateSigningRequest with this name and owner, and the PKCS#10 of the object. */
  | {
      readonly kind: 'request'
      readonly name: string
      readonly owner: string
      readonly object: SigningRequest
    }

export type TrialOutcome =
  | { readonly kind: 'allowed' }
  /** `isBroken`: the policy refused because it could not be evaluated. */
  | {
      readonly kind: 'refused'
      readonly policy: string
      readonly isBroken: boolean
      readonly message: string
    }
  /** The API server did not reach the guard, or its answer says nothing of the guard. */
  | { readonly kind: 'untried'; readonly why: string }
