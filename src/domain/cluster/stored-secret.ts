// A Kubernetes Secret: as we apply it and as it is stored.
import type { Secret } from '../request/secret-value.ts'
import type { Version } from './signing-request.ts'

/** A Secret, as far as countersign looks. Values are bytes; `tls.key` is wrapped by whoever reads it on. */
export interface StoredSecret {
  readonly namespace: string
  readonly name: string
  readonly version: Version
  readonly type: string
  /** Kubernetes takes no change of its data any more. */
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
