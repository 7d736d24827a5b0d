// Kubernetes Secrets of one cluster.
import type { Version } from '../domain/cluster/signing-request.ts'
import type { SecretManifest, StoredSecret } from '../domain/cluster/stored-secret.ts'

export interface Secrets {
  /** Tries whether a Secret of that name could be made, without making it; throws what would stand in the way. */
  rehearse(namespace: string, name: string): Promise<void>
  read(namespace: string, name: string): Promise<StoredSecret | null>
  /** Server-side apply. `expected` is what was read under the claim (null: there was none); `conflict` when it moved on. */
  apply(
    manifest: SecretManifest,
    expected: Version | null,
  ): Promise<
    { readonly kind: 'applied'; readonly version: Version } | { readonly kind: 'conflict' }
  >
  /** Deletes exactly what was read; `conflict` when it moved on, or is another object by now. */
  remove(stored: Pick<StoredSecret, 'namespace' | 'name' | 'version'>): Promise<'gone' | 'conflict'>
}
