// A Kubernetes Secret: as countersign applies it and as it is stored.
import type { Secret } from '../request/secret-value.ts'
import type { Version } from './signing-request.ts'

/** A Secret as countersign applies it. */
export interface SecretManifest {
  readonly namespace: string
  readonly name: string
  readonly type: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly data: Secret<Readonly<Record<string, Uint8Array>>>
}

/** The parts of a Secret that countersign reads. Values are bytes; callers that pass on `tls.key` wrap it. */
export interface StoredSecret extends SecretManifest {
  readonly version: Version
  /** Kubernetes accepts no more changes of its data. */
  readonly isImmutable: boolean
}
