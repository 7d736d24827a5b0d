// The port for CertificateSigningRequests of one cluster.
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../domain/cluster/signing-request.ts'

/**
 * CertificateSigningRequests of one cluster (certificates.k8s.io/v1). Every method throws CLUSTER_ codes; `observe` throws them to
 * its reader.
 */
export interface SigningRequests {
  /** Creates an object. `exists` if an object of that name exists already, by any creator. */
  create(
    manifest: SigningRequestManifest,
  ): Promise<
    { readonly kind: 'created'; readonly object: SigningRequest } | { readonly kind: 'exists' }
  >
  /** Returns an object, null if there is none. */
  read(name: string): Promise<SigningRequest | null>
  /**
   * Adds the condition Approved by PUT /approval with uid and resourceVersion. `changed` if the object has changed since it was
   * read, or is gone.
   */
  approve(object: SigningRequest, reason: string, message: string): Promise<Decided>
  /** Adds the condition Denied in the same way. */
  deny(object: SigningRequest, reason: string, message: string): Promise<Decided>
  /**
   * Yields the current state of an object and each later one, until the caller stops or `signal` aborts. A deletion is a state; an
   * object that does not exist yet yields nothing. Only objects with the label of this owner are seen.
   */
  observe(name: string, signal: AbortSignal): AsyncIterable<Seen>
  /** Returns the objects with the label of this owner, which any user may set; all objects of the cluster for null. */
  list(owner: string | null): Promise<Listing>
  /** Yields what the API server prints in a table of the objects of this signer, by any creator: there may be thousands. */
  listRows(signerName: string): AsyncGenerator<readonly RequestRow[]>
  /** As `read`, without an object that is too large. */
  readSmall(name: string): Promise<SigningRequest | { readonly tooLarge: string } | null>
}

/** `decided`: the object as it is then. */
export type Decided =
  { readonly kind: 'decided'; readonly object: SigningRequest } | { readonly kind: 'changed' }

export interface RequestRow {
  readonly name: string
  readonly username: string
  readonly isApproved: boolean
  /** It has a certificate. */
  readonly isIssued: boolean
  readonly isPending: boolean
}

export interface Listing {
  readonly items: readonly SigningRequest[]
  /** Names of objects that are too large to be read. */
  readonly tooLarge: readonly string[]
}

/** What a person who decides by hand needs in addition; apply needs none of it. */
export interface AllSigningRequests extends SigningRequests {
  /** Deletes exactly this object. `changed` if it has changed since it was read, or is gone. */
  remove(object: SigningRequest): Promise<'removed' | 'changed'>
}
