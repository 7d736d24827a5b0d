// The port for Secrets of one cluster.
import type { Version } from '../domain/cluster/signing-request.ts'
import type { SecretManifest, StoredSecret } from '../domain/cluster/stored-secret.ts'

/** Secrets of one cluster. Every method throws CLUSTER_ codes. */
export interface Secrets {
  /**
   * Checks by a dry run whether a Secret of that name could be created, and creates nothing. Throws what would prevent it. Returns
   * whether there is one already; `unknown` if a webhook of the cluster takes no dry runs.
   */
  rehearse(namespace: string, name: string): Promise<'absent' | 'exists' | 'unknown'>
  /** Returns a Secret, null if there is none. */
  read(namespace: string, name: string): Promise<StoredSecret | null>
  /**
   * Writes a Secret by server-side apply. `expected` is the version that was read under the claim, null if there was none. Returns
   * `conflict` and changes nothing if the Secret has changed since, or if another writer has set one of our fields to another
   * value. `stored` is the Secret after the write, as the API server answers: webhooks may have changed it.
   */
  apply(
    manifest: SecretManifest,
    expected: Version | null,
  ): Promise<
    { readonly kind: 'applied'; readonly stored: StoredSecret } | { readonly kind: 'conflict' }
  >
  /**
   * Deletes exactly the Secret that was read. `gone` also if there is none any more; `conflict` if it has changed since or is
   * another object.
   */
  remove(stored: Pick<StoredSecret, 'namespace' | 'name' | 'version'>): Promise<'gone' | 'conflict'>
}
