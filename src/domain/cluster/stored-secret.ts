// A Kubernetes Secret: as countersign applies it and as it is stored.
import type { Secret } from '../request/secret-value.ts'
import type { Version } from './signing-request.ts'

/** The parts of a Secret that countersign reads. Values are bytes; callers that pass on `tls.key` wrap it. */
export interface StoredSecret {
  readonly namespace: string
  readonly name: string
  readonly version: Version
  readonly type: string
  /** Kubernetes accepts no more changes of its data. */
  readonly isImmutable: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly data: Secret<Readonly<Record<string, Uint8Array>>>
}

export interface SecretManifest {
  readonly namespace: string
  readonly name: string
  readonly type: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly data: Secret<Readonly<Record<string, Uint8Array>>>
}
