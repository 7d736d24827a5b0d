// CertificateSigningRequests of one cluster.
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../domain/cluster/signing-request.ts'

/** The certificates.k8s.io/v1 conversation. Every method throws CountersignError when the cluster does not do its part. */
export interface SigningRequests {
  create(
    manifest: SigningRequestManifest,
  ): Promise<
    { readonly kind: 'created'; readonly object: SigningRequest } | { readonly kind: 'exists' }
  >
  read(name: string): Promise<SigningRequest | null>
  /** Adds Approved by PUT /approval with uid and resourceVersion; `changed` when the object moved on meanwhile. */
  approve(
    object: SigningRequest,
    reason: string,
    message: string,
  ): Promise<
    { readonly kind: 'approved'; readonly object: SigningRequest } | { readonly kind: 'changed' }
  >
  deny(
    object: SigningRequest,
    reason: string,
    message: string,
  ): Promise<
    { readonly kind: 'denied'; readonly object: SigningRequest } | { readonly kind: 'changed' }
  >
  /** The object's state now and after each change, until the caller stops or `signal` aborts. Deletion is a state. */
  observe(name: string, signal: AbortSignal): AsyncIterable<Seen>
  /** Those with the label of this owner, which anybody may set; null: all of the cluster. */
  list(owner: string | null): Promise<readonly SigningRequest[]>
}

/** What who decides by hand needs besides; apply needs none of it. */
export interface AllSigningRequests extends SigningRequests {
  /** Deletes this very object; `changed` when it moved on, or is gone. */
  remove(object: SigningRequest): Promise<'removed' | 'changed'>
}
