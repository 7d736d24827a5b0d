// One write, as policies see it (k8s.io/apiserver/pkg/admission/attributes.go).
import { textAt } from '../api/json-values.ts'
import type { JsonObject } from '../api/json-values.ts'
import type { Resource } from '../api/resources.ts'
import { userInfo } from '../authorization/api-users.ts'
import type { User } from '../authorization/api-users.ts'

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly resource: Resource
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** null for a deletion. */
  readonly object: JsonObject | null
  /** null for a creation. */
  readonly oldObject: JsonObject | null
  readonly user: User
  readonly isDryRun: boolean
}

/** Judges one write; returns the warnings and throws StatusError if it is denied. */
export type Admission = (request: AdmissionRequest) => readonly string[]

/** The variable `request` of expressions: AdmissionReview's request. */
export function requestVariable(request: AdmissionRequest): JsonObject {
  const { operation, resource, subresource, namespace, name, object, oldObject, user } = request
  const { group, version, plural } = resource
  return {
    kind: { group, version, kind: textAt(object ?? oldObject ?? {}, 'kind') },
    resource: { group, version, resource: plural },
    ...(subresource === '' ? {} : { subResource: subresource }),
    name,
    namespace,
    operation,
    userInfo: userInfo(user),
    dryRun: request.isDryRun,
  }
}
