// From a request that was let in to its answer: which handler, with which options.
import type { ServerResponse } from 'node:http'
import type { Authorizer } from '../authorization/authorize.ts'
import type { Body } from './request-body.ts'
import { discovery, GROUPS } from './discovery.ts'
import { isObject, objectAt, parseJson, textAt, textsAt } from './json-values.ts'
import type { Json, JsonObject } from './json-values.ts'
import { checkReadRevision, listObjects, tableOf } from './list-objects.ts'
import type { Registry, Target, Written } from './registry.ts'
import { requestInfo } from './request-info.ts'
import type { RequestInfo, ResourceRequest } from './request-info.ts'
import { writeOptions } from './request-options.ts'
import type { OptionsKind, WriteOptions } from './request-options.ts'
import {
  checkMediaType,
  checkMethod,
  isToken,
  refuseMissing,
  requestedResource,
} from './request-rules.ts'
import { NAMESPACES, SERVICE_ACCOUNTS } from './resources.ts'
import type { Resource } from './resources.ts'
import { REVIEWS } from '../authorization/access-reviews.ts'
import { actingUser } from '../authorization/impersonation.ts'
import type { Headers } from '../authorization/impersonation.ts'
import type { CreateToken } from '../authorization/service-account-tokens.ts'
import * as status from '../kinds/status-error.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { User } from '../authorization/api-users.ts'
import type { Watches } from '../storage/watch-events.ts'

export interface ApiRequest {
  readonly method: string
  readonly url: URL
  readonly userAgent: string
  readonly headers: Headers
  readonly user: User
  /** Asked for once the request is authorized. */
  readonly body: () => Promise<Body>
}

export interface ApiResponse {
  readonly code: number
  /** Text is sent as text/plain. */
  readonly body: Json
  readonly warnings: readonly string[]
}

export interface ApiParts {
  readonly store: ObjectStore
  readonly registry: Registry
  readonly authorizer: Authorizer
  readonly createToken: CreateToken
  readonly watches: Watches
  readonly now: () => Date
  /** host:port, for discovery. */
  readonly address: () => string
}

const OPTIONS: Readonly<Record<string, OptionsKind>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
  delete: 'DeleteOptions',
}

const NO_OPTIONS: WriteOptions = {
  isDryRun: false,
  manager: '',
  isStrict: false,
  warnsUnknownFields: false,
  force: false,
}

export class Api {
  readonly #parts: ApiParts

  constructor(parts: ApiParts) {
    this.#parts = parts
  }

  /** The answer, or null where a watch has taken the response over. Throws StatusError. */
  async answer(asked: ApiRequest, response: ServerResponse): Promise<ApiResponse | null> {
    const info = requestInfo(asked.method, asked.url)
    const user = actingUser(asked.user, asked.headers, this.#parts.authorizer)
    const request = { ...asked, user }
    this.#authorize(request, info)
    if (info.kind === 'path') return this.#document(info.path)
    refuseMissing(info)
    if (info.group !== '' && !GROUPS.includes(info.group))
      return this.#document(request.url.pathname)
    const review = await this.#review(request, info)
    if (review !== null) return review
    if (isToken(info)) return this.#token(request, info)
    const resource = requestedResource(info)
    checkMethod(info, resource)
    switch (info.verb) {
      case 'get':
        return this.#get(request, info, resource)
      case 'list':
        return this.#list(request, info, resource)
      case 'watch': {
        const strategy = this.#parts.registry.strategy(resource)
        const { namespace } = info
        const query = request.url.searchParams
        this.#parts.watches.start({ resource, namespace, query, strategy }, response)
        return null
      }
      default:
        return this.#write(request, info, resource)
    }
  }

  #authorize({ user }: ApiRequest, info: RequestInfo): void {
    if (info.kind === 'path') this.#parts.authorizer.demandPath(user, info.verb, info.path)
    else this.#parts.authorizer.demand(user, info)
  }

  #document(path: string): ApiResponse {
    const body = discovery(path, this.#parts.address())
    if (body !== null) return { code: 200, body, warnings: [] }
    return { code: 404, body: '404 page not found\n', warnings: [] }
  }

  async #review(request: ApiRequest, info: ResourceRequest): Promise<ApiResponse | null> {
    const review = REVIEWS.find(
      ({ group, plural }) => group === info.group && plural === info.plural,
    )
    if (review === undefined) return null
    if (info.verb !== 'create') throw status.methodNotAllowed()
    const { user } = request
    const { text } = await request.body()
    const body = jsonObject(text)
    const { now, authorizer } = this.#parts
    const answer = review.answer({ body, user, authorizer, now: now() })
    return { code: 201, body: answer, warnings: [] }
  }

  async #token(request: ApiRequest, info: ResourceRequest): Promise<ApiResponse> {
    if (info.verb !== 'create') throw status.methodNotAllowed()
    const { text } = await request.body()
    const options = writeOptions('CreateOptions', request.url.searchParams, request.userAgent)
    const where = target(request, info, SERVICE_ACCOUNTS, options)
    const body = this.#parts.createToken(where, jsonObject(text))
    return { code: 201, body, warnings: [] }
  }

  #get(request: ApiRequest, info: ResourceRequest, resource: Resource): ApiResponse {
    checkReadRevision(this.#parts.store, request.url.searchParams)
    const body = this.#parts.registry.read(target(request, info, resource, NO_OPTIONS))
    return { code: 200, body, warnings: [] }
  }

  #list(request: ApiRequest, info: ResourceRequest, resource: Resource): ApiResponse {
    const { store, registry } = this.#parts
    const strategy = registry.strategy(resource)
    const query = request.url.searchParams
    const namespace = resource.namespaced ? info.namespace : ''
    const list = listObjects(store, resource, namespace, query, strategy)
    const isTable = request.headers['accept']?.some(each => each.includes('as=Table')) === true
    const body = isTable && query.get('includeObject') === 'None' ? tableOf(list) : list
    return { code: 200, body, warnings: [] }
  }

  async #write(
    request: ApiRequest,
    info: ResourceRequest,
    resource: Resource,
  ): Promise<ApiResponse> {
    const body = await request.body()
    checkMediaType(info.verb, body.type)
    const isApply = body.type === 'application/apply-patch+yaml'
    const kind = OPTIONS[info.verb] ?? 'CreateOptions'
    const options = writeOptions(kind, request.url.searchParams, request.userAgent, isApply)
    const where = target(request, info, resource, options)
    if (info.verb === 'delete') return this.#delete(where, body)
    const { registry } = this.#parts
    const written = this.#written(registry, info.verb, where, body)
    return { code: written.code, body: written.object, warnings: written.warnings }
  }

  #written(registry: Registry, verb: string, where: Target, body: Body): Written {
    if (verb === 'create') return registry.create(where, body)
    return verb === 'update' ? registry.replace(where, body) : registry.patch(where, body)
  }

  #delete(where: Target, body: Body): ApiResponse {
    const options = jsonObject(body.text)
    // Options in the body make the server look past those in the URL, a dry run included.
    const isDryRun =
      body.text === '' ? where.options.isDryRun : textsAt(options, 'dryRun').includes('All')
    const preconditions = objectAt(options, 'preconditions')
    const asked = { ...where, options: { ...where.options, isDryRun } }
    const gone = this.#parts.registry.remove(asked, preconditions)
    if (where.resource === NAMESPACES) {
      const terminating = { ...gone, status: { phase: 'Terminating' } }
      return { code: 200, body: terminating, warnings: [] }
    }
    if (textAt(gone, 'metadata', 'deletionTimestamp') !== '')
      return { code: 200, body: gone, warnings: [] }
    const { group, plural } = where.resource
    const details = {
      name: where.name,
      ...(group === '' ? {} : { group }),
      kind: plural,
      uid: textAt(gone, 'metadata', 'uid'),
    }
    const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
    return { code: 200, body: success, warnings: [] }
  }
}

function target(
  { user }: ApiRequest,
  { namespace, name, subresource }: ResourceRequest,
  resource: Resource,
  options: WriteOptions,
): Target {
  const space = resource.namespaced ? namespace : ''
  return { resource, namespace: space, name, subresource, user, options }
}

function jsonObject(text: string): JsonObject {
  if (text.trim() === '') return {}
  try {
    const value = parseJson(text)
    if (isObject(value)) return value
  } catch {
    // Falls through to the refusal.
  }
  throw status.badRequest('the object provided is unrecognized: unexpected end of JSON input')
}
