// The body of a write → an object of the kind the path names, or the 400 the API server gives.
import { parse as parseYaml } from 'yaml'
import { decode, DecodeError } from './decode-object.ts'
import { isObject, parseJson, textAt } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'
import type { WriteOptions } from './request-options.ts'
import { apiVersion } from './resources.ts'
import type { Resource } from './resources.ts'
import { SCHEMAS } from './kind-schema.ts'
import { badRequest, internal } from '../kinds/status-error.ts'

export interface Body {
  readonly text: string
  /** Media type without parameters. */
  readonly type: string
}

export interface DecodedBody {
  readonly object: JsonObject
  readonly warnings: readonly string[]
}

/** The JSON of a body that must be an object of this kind. */
export function readBody(body: Body, resource: Resource): JsonObject {
  const value = body.type === 'application/yaml' ? yamlOf(body.text) : jsonOf(body.text, resource)
  if (!isObject(value)) throw unrecognized(resource, 'json: cannot unmarshal', body.text)
  return value
}

function jsonOf(text: string, resource: Resource): Json {
  try {
    return parseJson(text)
  } catch {
    throw unrecognized(resource, 'unexpected end of JSON input', text)
  }
}

function yamlOf(text: string): Json {
  const json = plainJson(text)
  if (json !== null) return json
  try {
    const value: unknown = parseYaml(text)
    return parseJson(JSON.stringify(value ?? null))
  } catch (error) {
    throw badRequest(
      `error converting YAML to JSON: ${error instanceof Error ? error.message : ''}`,
    )
  }
}

/** The value of a text that JSON.stringify writes, null for another text. JSON of this form is YAML of the same value. */
function plainJson(text: string): Json {
  if (!text.startsWith('{')) return null
  try {
    const value = parseJson(text)
    return JSON.stringify(value) === text ? value : null
  } catch {
    return null
  }
}

function unrecognized(resource: Resource, fault: string, text: string): Error {
  const shown = text === '' ? '<empty>' : text
  return badRequest(
    `the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: ${fault} (${shown})`,
  )
}

/** YAML or JSON of an apply patch. */
export function readApplied(body: Body, resource: Resource): JsonObject {
  const value = yamlOf(body.text)
  if (!isObject(value)) throw badRequest('error decoding YAML: not an object')
  const kind = textAt(value, 'kind')
  const version = textAt(value, 'apiVersion')
  if (kind !== resource.kind || version !== apiVersion(resource)) {
    const title = version.includes('/') ? version : `/${version}`
    throw badRequest(`invalid object type: ${title}, Kind=${kind}`)
  }
  return value
}

/** Decodes into the kind; the warnings say which members the kind does not have. */
export function decodeObject(
  value: JsonObject,
  resource: Resource,
  options: WriteOptions,
): DecodedBody {
  refuseOtherKind(value, resource)
  const schema = SCHEMAS[resource.kind]
  if (schema === undefined) throw internal(`no schema for ${resource.kind}`)
  try {
    const { object, unknownFields } = decode(value, schema)
    const unknown = unknownFields.map(field => `unknown field ${JSON.stringify(field)}`)
    if (options.isStrict && unknown.length > 0) {
      throw new DecodeError(`strict decoding error: ${unknown.join(', ')}`)
    }
    object['kind'] = resource.kind
    object['apiVersion'] = apiVersion(resource)
    return { object, warnings: options.warnsUnknownFields ? unknown : [] }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw badRequest(`${handling(resource, resource.kind)}: ${error.message}`)
  }
}

function handling(resource: Resource, kind: string, version: string = resource.version): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}`
}

function refuseOtherKind(value: JsonObject, resource: Resource): void {
  const kind = textAt(value, 'kind') || resource.kind
  const version = textAt(value, 'apiVersion') || apiVersion(resource)
  if (version !== apiVersion(resource)) {
    const short = version.split('/').at(-1) ?? version
    const known = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(version)} in scheme "pkg/runtime/scheme.go:111"`
    throw badRequest(`${handling(resource, kind, short)}: ${known}`)
  }
  if (kind === resource.kind) return
  const pair = `converting (v1.${kind}) to (core.${resource.kind}): unknown conversion`
  throw badRequest(`${handling(resource, kind)}: ${pair}`)
}

/** The JSON of a merge or JSON patch. */
export function patchOf(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    throw badRequest('error decoding patch: unexpected end of JSON input')
  }
}
