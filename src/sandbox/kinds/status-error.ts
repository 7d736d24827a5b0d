// A refused request: an HTTP code and a Status body (k8s.io/apimachinery/pkg/api/errors/errors.go).
import { causes, errorText } from '../api/field-error.ts'
import type { FieldError } from '../api/field-error.ts'
import type { JsonObject } from '../api/json-values.ts'
import { kindTitle, resourceTitle } from '../api/resources.ts'
import type { Resource } from '../api/resources.ts'

/** Thrown by whatever handles a request; the server turns it into the answer. */
export class StatusError extends Error {
  readonly code: number
  readonly status: JsonObject
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: number,
    reason: string | null,
    message: string,
    details: JsonObject | null = null,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.name = 'StatusError'
    this.code = code
    this.headers = headers
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === null ? {} : { reason }),
      ...(details === null ? {} : { details }),
      code,
    }
  }
}

interface Named {
  readonly plural: string
  readonly group: string
}

function about(resource: Named, name: string): JsonObject {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
  }
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message)
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized')
}

/** `detail` says who may not do what. */
export function forbidden(resource: Named, name: string, detail: string): StatusError {
  const title = resourceTitle(resource)
  const subject = name === '' ? title : `${title} ${JSON.stringify(name)}`
  return new StatusError(
    403,
    'Forbidden',
    `${subject} is forbidden: ${detail}`,
    about(resource, name),
  )
}

export function notFound(resource: Named, name: string): StatusError {
  const message = `${resourceTitle(resource)} ${JSON.stringify(name)} not found`
  return new StatusError(404, 'NotFound', message, about(resource, name))
}

const UNKNOWN = 'the server could not find the requested resource'

export function noSuchResource(message = UNKNOWN): StatusError {
  return new StatusError(404, 'NotFound', message, {})
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource'
  return new StatusError(405, 'MethodNotAllowed', message, {})
}

export function alreadyExists(resource: Named, name: string): StatusError {
  const message = `${resourceTitle(resource)} ${JSON.stringify(name)} already exists`
  return new StatusError(409, 'AlreadyExists', message, about(resource, name))
}

export function conflict(resource: Named, name: string, detail: string): StatusError {
  const subject = `${resourceTitle(resource)} ${JSON.stringify(name)}`
  const message = `Operation cannot be fulfilled on ${subject}: ${detail}`
  return new StatusError(409, 'Conflict', message, about(resource, name))
}

export function modified(resource: Named, name: string): StatusError {
  const advice = 'please apply your changes to the latest version and try again'
  return conflict(resource, name, `the object has been modified; ${advice}`)
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message)
}

export function entityTooLarge(limit: number): StatusError {
  const message = `Request entity too large: limit is ${limit}`
  return new StatusError(413, 'RequestEntityTooLarge', message)
}

export function unsupportedMediaType(
  message: string,
  details: JsonObject | null = null,
): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message, details)
}

export function invalidObject(
  resource: Resource,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  return invalidKind(kindTitle(resource), resource.group, resource.kind, name, errors)
}

/** 422 of request options: `CreateOptions`, `PatchOptions`. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): StatusError {
  return invalidKind(`${kind}.meta.k8s.io`, 'meta.k8s.io', kind, '', errors)
}

export function invalidKind(
  title: string,
  group: string,
  kind: string,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const message = `${title} ${JSON.stringify(name)} is invalid: ${errorText(errors)}`
  return new StatusError(422, 'Invalid', message, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    causes: causes(errors),
  })
}

/** A fault the API server has no better word for. */
export function internal(message: string): StatusError {
  return new StatusError(500, null, message)
}
