// Types of API server answers in tests. Every member is declared as present; a test that reads a missing one sees undefined and
// fails.

/** A time as an API server writes it. */
export const SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

export interface ApiCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly lastUpdateTime: string
  readonly lastTransitionTime: string
}

export interface ApiMetadata {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly managedFields: readonly { readonly manager: string; readonly fieldsV1: object }[]
  readonly continue: string
  readonly remainingItemCount: number
}

export interface ApiObject {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: ApiMetadata
  readonly spec: {
    readonly request: string
    readonly signerName: string
    readonly usages: readonly string[]
    readonly username: string
    readonly extra: Readonly<Record<string, readonly string[]>>
  }
  readonly status: {
    readonly certificate: string
    readonly conditions: readonly ApiCondition[]
    readonly allowed: boolean
    readonly userInfo: { username: string; groups: string[] }
  }
  readonly data: Readonly<Record<string, string>> & {
    readonly 'client-ca-file': string
    readonly 'record.json': string
  }
  readonly stringData: Readonly<Record<string, string>>
  /** Only in a list. */
  readonly items: readonly ApiObject[]
  /** Only in a Status. */
  readonly message: string
  readonly reason: string
  readonly details: {
    readonly causes: readonly { readonly field: string }[]
    readonly retryAfterSeconds: number
  }
  /** Only in discovery. */
  readonly versions: readonly unknown[]
  readonly preferredVersion: object
  readonly resources: readonly { readonly name: string; readonly verbs: readonly string[] }[]
}

/** An object of the embedded cluster, typed for assertions. */
export function shown(object: object | null): ApiObject {
  return object as unknown as ApiObject
}
