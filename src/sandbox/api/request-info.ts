// What a request asks for: a resource and a verb, or a path (k8s.io/apiserver/pkg/endpoints/request/requestinfo.go).
import { fieldTerms } from './selectors.ts'

export interface ResourceRequest {
  readonly kind: 'resource'
  readonly verb: string
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

export interface PathRequest {
  readonly kind: 'path'
  readonly verb: string
  readonly path: string
}

export type RequestInfo = ResourceRequest | PathRequest

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

export function requestInfo(method: string, url: URL): RequestInfo {
  const parts = url.pathname.split('/').filter(part => part !== '')
  const [root, ...rest] = parts.map(part => decodeURIComponent(part))
  const verb = VERBS[method] ?? ''
  const path: PathRequest = { kind: 'path', verb, path: url.pathname }
  const isCore = root === 'api' && rest.length >= 2
  const isGroup = root === 'apis' && rest.length >= 3
  if (!isCore && !isGroup) return path
  const group = isCore ? '' : (rest[0] ?? '')
  const [version = '', ...resource] = isCore ? rest : rest.slice(1)
  return { kind: 'resource', group, version, ...resourceOf(verb, resource, url.searchParams) }
}

type ResourcePart = Pick<ResourceRequest, 'verb' | 'plural' | 'subresource' | 'namespace' | 'name'>

function resourceOf(verb: string, parts: readonly string[], query: URLSearchParams): ResourcePart {
  const inNamespace = parts[0] === 'namespaces' && parts.length >= 3
  const namespace = parts[0] === 'namespaces' ? (parts[1] ?? '') : ''
  const [plural = '', name = '', subresource = ''] = inNamespace ? parts.slice(2) : parts
  const request = { verb, plural, subresource, namespace, name }
  if (name !== '') return request
  if (verb === 'delete') return { ...request, verb: 'deletecollection' }
  if (verb !== 'get') return request
  return { ...request, verb: isWatch(query) ? 'watch' : 'list', name: selectedName(query) }
}

function isWatch(query: URLSearchParams): boolean {
  return ['1', 'true'].includes(query.get('watch') ?? '')
}

/** A list or watch of one name is authorized as a request for that name. */
function selectedName(query: URLSearchParams): string {
  try {
    const terms = fieldTerms(query.get('fieldSelector') ?? '')
    return terms.find(term => term.field === 'metadata.name' && term.equal)?.value ?? ''
  } catch {
    return ''
  }
}
