// The port for the objects that countersign installs in a cluster.
import type { Manifest, ManifestKind, ObjectName } from '../domain/cluster/manifest.ts'

/** An object as the API server returned it. */
export interface StoredObject extends Manifest {
  readonly metadata: Manifest['metadata'] & {
    readonly uid: string
    readonly resourceVersion: string
    /** RFC 3339. */
    readonly creationTimestamp: string
    /** Set while the object is being deleted. */
    readonly deletionTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly managedFields?: readonly { readonly time?: string }[]
  }
}

/** One write. `update` replaces the version that was read, `delete` the object that was read. */
export type SetupWrite =
  | { readonly verb: 'create'; readonly object: Manifest }
  | { readonly verb: 'update'; readonly object: Manifest; readonly live: StoredObject }
  | { readonly verb: 'delete'; readonly live: StoredObject }

/** The records are ConfigMaps with the label of their owner. */
export interface NamespacedObject {
  readonly kind: 'ConfigMap' | 'RoleBinding'
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Of a RoleBinding; otherwise empty. */
  readonly subjects: readonly Readonly<Record<string, string>>[]
}

/** Every method throws CLUSTER_ codes. */
export interface SetupObjects {
  /** Returns an object; null if there is none, `hidden` if it may not be read. */
  read(object: ObjectName): Promise<StoredObject | 'hidden' | null>
  /** Returns the objects of one name, or of all (null), in all namespaces; `hidden` if they may not be listed. */
  named(kind: ManifestKind, name: string | null): Promise<readonly StoredObject[] | 'hidden'>
  /** Returns the objects of one kind in a namespace; `hidden` if they may not be listed. */
  inNamespace(
    kind: NamespacedObject['kind'],
    namespace: string,
  ): Promise<readonly NamespacedObject[] | 'hidden'>
  /**
   * Sends a write as a dry run. Returns the API server's sentence if it refuses the write, else null. An object that does not exist
   * yet (404) is no refusal: the API server has checked the rights before that.
   */
  rehearse(write: SetupWrite): Promise<string | null>
  /** Returns `conflict` if the object was created, changed or deleted since it was read; then nothing is written. */
  write(write: SetupWrite): Promise<'done' | 'conflict'>
}
