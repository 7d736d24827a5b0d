// GitHub's published descriptions as validators: REST answers against the OpenAPI subset, queries against the schema.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import * as formats from 'ajv-formats'
import { buildASTSchema, parse, validate } from 'graphql'
import type { Exchange } from '../github-double/server/github-server.ts'

const VENDOR = new URL('../vendor/github/', import.meta.url)

export const GITHUB_SCHEMA = readFileSync(new URL('schema.graphql', VENDOR), 'utf8')

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
  readonly requestBody?: unknown
}

const description = JSON.parse(readFileSync(new URL('openapi.json', VENDOR), 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, unknown>>
}

/** Every operation of the subset: `GET /repos/{owner}/{repo}`. */
export const OPERATIONS: readonly string[] = Object.entries(description.paths).flatMap(
  ([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
)

/**
 * Validates an answer of the double. Throws if the description lacks the status, or if the body of request or answer does not
 * match. The statuses of logins and limits (401, 403, 429) and 404 are valid for every operation.
 */
export function validateExchange({ operation, status, requestBody, responseBody }: Exchange): void {
  const [method = '', path = ''] = operation.split(' ')
  const described = description.paths[path]?.[method.toLowerCase()]
  if (described === undefined) throw new Error('is not in the published description')
  if (requestBody !== null) check(['paths', path, method.toLowerCase(), 'requestBody'], requestBody)
  if (described.responses[status] !== undefined) {
    check(['paths', path, method.toLowerCase(), 'responses', String(status)], responseBody)
  } else if (![401, 403, 404, 422, 429].includes(status)) {
    throw new Error(`status ${status} is not in the published description`)
  } else check(['components', 'schemas', 'basic-error'], responseBody)
}

/** Throws if a description in the subset is not a valid schema, including those of later routes. */
export function compileAll(): void {
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, { responses, requestBody }] of Object.entries(methods)) {
      for (const status of Object.keys(responses)) {
        compile(schemaPointer(['paths', path, method, 'responses', status]))
      }
      if (requestBody !== undefined) compile(schemaPointer(['paths', path, method, 'requestBody']))
    }
  }
}

const schema = buildASTSchema(parse(GITHUB_SCHEMA), { assumeValidSDL: true })

/** Problems of a query by GitHub's schema, as sentences. */
export function queryProblems(query: string): readonly string[] {
  return validate(schema, parse(query)).map(error => error.message)
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default.default(ajv)
// GitHub's own format: owner/name.
ajv.addFormat('repo.nwo', /^[\w.-]+\/[\w.-]+$/)
ajv.addSchema({ $id: 'github', ...(asJsonSchema(description) as object) })
const compiled = new Map<string, ValidateFunction>()

function check(at: readonly string[], body: unknown): void {
  const pointer = schemaPointer(at)
  if (pointer === null) {
    if (body !== null) throw new Error('has a body where the description has none')
    return
  }
  const known = compile(pointer)
  if (known?.(body) !== true) throw new Error(ajv.errorsText(known?.errors, { separator: '\n' }))
}

function compile(pointer: string | null): ValidateFunction | null {
  if (pointer === null) return null
  const known = compiled.get(pointer) ?? ajv.compile({ $ref: pointer })
  compiled.set(pointer, known)
  return known
}

/** The schema of a JSON body, through the reference to a shared response. */
function schemaPointer(at: readonly string[]): string | null {
  let part = partAt(at)
  let steps = at
  if (typeof part['$ref'] === 'string') {
    steps = part['$ref'].slice(2).split('/')
    part = partAt(steps)
  }
  if (at[0] === 'components') return pointerTo(steps)
  const type = Object.keys(part['content'] ?? {}).find(each => each.startsWith('application/json'))
  return type === undefined ? null : pointerTo([...steps, 'content', type, 'schema'])
}

/** The part of the description at this path of members; it throws if there is none. */
function partAt(steps: readonly string[]): Readonly<Record<string, unknown>> {
  let part: unknown = description
  for (const step of steps) part = isPart(part) ? part[step] : undefined
  if (!isPart(part)) throw new Error(`GitHub's description has no ${steps.join('/')}`)
  return part
}

function isPart(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function pointerTo(steps: readonly string[]): string {
  const escaped = steps.map(step => step.replaceAll('~', '~0').replaceAll('/', '~1'))
  return `github#/${escaped.map(encodeURIComponent).join('/')}`
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes a choice, with or without a `type`. */
function asJsonSchema(part: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(part))
    return part.map((each, index) => asJsonSchema(each, [...path, String(index)]))
  if (typeof part !== 'object' || part === null) return part
  const { nullable, ...rest } = part as Readonly<Record<string, unknown>>
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, asJsonSchema(value, [...path, key])]),
  )
  const isNullable = nullable === true || isNullInTruth(path)
  return isNullable ? { anyOf: [{ type: 'null' }, converted] } : converted
}

/** A pull request of a deleted fork has neither repository nor user at its head, against the description. */
function isNullInTruth(path: readonly string[]): boolean {
  return /^components schemas pull-request(-simple)? properties head properties (repo|user)$/.test(
    path.join(' '),
  )
}
