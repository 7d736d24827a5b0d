// Types of API server answers in tests. Every member is declared as present; a test that reads a missing one sees undefined and
// fails.

import { isObject, objectAt, parseJson } from '../../src/sandbox/api/json-values.ts'
import type { JsonObject } from '../../src/sandbox/api/json-values.ts'

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
  /** Only in a Secret. */
  readonly type: string
  readonly spec: {
    readonly request: string
    readonly signerName: string
    readonly usages: readonly string[]
    readonly username: string
    readonly extra: Readonly<Record<string, readonly string[]>>
    /** Only in a Deployment. */
    readonly template: { readonly spec: { readonly serviceAccountName: string } }
  }
  readonly status: {
    readonly certificate: string
    readonly conditions: readonly ApiCondition[]
    readonly allowed: boolean
    /** Only in a TokenRequest. */
    readonly token: string
    readonly userInfo: { username: string; groups: string[] }
    /** Both only in a SelfSubjectRulesReview. */
    readonly resourceRules: readonly Readonly<Record<string, readonly string[]>>[]
    readonly nonResourceRules: readonly Readonly<Record<string, readonly string[]>>[]
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

/** An object of the embedded cluster, typed for assertions; it throws if there is none. */
export function shown(object: JsonObject | null): ApiObject {
  if (!isApiObject(object))
    throw new Error(`it is no object of an API server: ${JSON.stringify(object)}`)
  return object
}

/** An object of the embedded cluster, typed for assertions, or null if there is none. */
export function shownOrNull(object: JsonObject | null): ApiObject | null {
  return object === null ? null : shown(object)
}

function isApiObject(value: unknown): value is ApiObject {
  return isObjectWith(value, 'metadata') && isObjectWith(value.metadata, 'name')
}

function isObjectWith<Name extends string>(
  value: unknown,
  name: Name,
): value is Readonly<Record<Name, unknown>> {
  return typeof value === 'object' && value !== null && name in value
}

/** The object as it is sent as JSON: without members that are undefined. */
export function asJson(object: object): JsonObject {
  const json = parseJson(JSON.stringify(object))
  if (!isObject(json)) throw new Error('it is no object')
  return json
}

/** A copy of the object with these members added to its metadata. */
export function withMetadata(object: JsonObject | null, changes: JsonObject): JsonObject {
  const metadata = { ...objectAt(object ?? {}, 'metadata'), ...changes }
  return { ...object, metadata }
}
