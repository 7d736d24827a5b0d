// Lists: selectors, pages, and the filters a watch shares with them.
import { isObject, objectAt, parseJson, textAt, textMembers } from './json-values.ts'
import type { JsonObject } from './json-values.ts'
import { apiVersion } from './resources.ts'
import type { Resource } from './resources.ts'
import { fieldTerms, labelSelector, matchesFields } from './selectors.ts'
import { badRequest, expired, StatusError } from '../kinds/status-error.ts'
import type { ObjectStore } from '../storage/object-store.ts'
import type { Strategy } from '../kinds/kind-strategy.ts'

export type ObjectTest = (object: JsonObject) => boolean

/** The test of labelSelector and fieldSelector; throws a 400. */
export function objectTest(query: URLSearchParams, strategy: Strategy): ObjectTest {
  const labels = labelSelector(query.get('labelSelector') ?? '')
  const terms = fieldTerms(query.get('fieldSelector') ?? '')
  const known = [
    'metadata.name',
    'metadata.namespace',
    ...Object.keys(strategy.selectableFields({})),
  ]
  const unknown = terms.find(term => !known.includes(term.field))
  if (unknown !== undefined) throw badRequest(strategy.unknownField(unknown.field))
  return object =>
    labels(textMembers(objectAt(object, 'metadata', 'labels'))) &&
    matchesFields(fieldsOf(object, strategy), terms)
}

function fieldsOf(object: JsonObject, strategy: Strategy): Readonly<Record<string, string>> {
  return {
    'metadata.name': textAt(object, 'metadata', 'name'),
    'metadata.namespace': textAt(object, 'metadata', 'namespace'),
    ...strategy.selectableFields(object),
  }
}

/** A resourceVersion of a read: '' and '0' are any; one that is still to come is a 504. */
export function checkReadRevision(store: ObjectStore, query: URLSearchParams): void {
  const said = query.get('resourceVersion') ?? ''
  if (said === '') return
  if (!/^\d+$/.test(said)) {
    const text = `strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(said)}: ${text}`,
    )
  }
  if (Number(said) <= store.revision) return
  const message = `Timeout: Too large resource version: ${said}, current: ${store.revision}`
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }]
  throw new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 })
}

function limitOf(query: URLSearchParams): number {
  const said = query.get('limit') ?? ''
  if (said === '') return 0
  if (/^-?\d+$/.test(said)) return Number(said)
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(said)}: invalid syntax`)
}

interface Page {
  readonly revision: number
  /** Key of the last object of the page before. */
  readonly after: string
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.'

function pageOf(store: ObjectStore, query: URLSearchParams): Page {
  const token = query.get('continue') ?? ''
  if (token === '') return { revision: store.revision, after: '' }
  const { revision, start } = tokenOf(token)
  if (revision < store.oldest) throw expired(TOO_OLD)
  return { revision, after: start.replace(/\0$/, '').replace(/^\//, '') }
}

function tokenOf(token: string): { readonly revision: number; readonly start: string } {
  try {
    const value = parseJson(Buffer.from(token, 'base64url').toString('utf8'))
    const revision = isObject(value) ? value['rv'] : undefined
    if (typeof revision === 'number') return { revision, start: textAt(value, 'start') }
  } catch {
    // Falls through to the refusal.
  }
  throw badRequest(
    "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
  )
}

function continueToken(revision: number, key: string): string {
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: `/${key}\0` }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}

/** The list a GET of a collection answers. `namespace` '' is every namespace. */
export function listObjects(
  store: ObjectStore,
  resource: Resource,
  namespace: string,
  query: URLSearchParams,
  strategy: Strategy,
): JsonObject {
  const test = objectTest(query, strategy)
  checkReadRevision(store, query)
  const limit = limitOf(query)
  const page = pageOf(store, query)
  const keyOf = (object: JsonObject): string => {
    const name = textAt(object, 'metadata', 'name')
    const isAll = resource.namespaced && namespace === ''
    return isAll ? `${textAt(object, 'metadata', 'namespace')}/${name}` : name
  }
  const found = store.list(
    resource,
    namespace,
    object => (page.after === '' || keyOf(object) > page.after) && test(object),
  )
  const items = limit > 0 ? found.slice(0, limit) : found
  const last = items.at(-1)
  const left = found.length - items.length
  const isPlain = !query.get('labelSelector') && !query.get('fieldSelector')
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersion(resource),
    metadata: {
      resourceVersion: String(page.revision),
      ...(left > 0 && last !== undefined
        ? { continue: continueToken(page.revision, keyOf(last)) }
        : {}),
      ...(left > 0 && isPlain ? { remainingItemCount: left } : {}),
    },
    items: items.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
  }
}

/** A table without the objects; a real API server has further columns. */
export function tableOf({ metadata = {}, items }: JsonObject): JsonObject {
  const all = Array.isArray(items) ? items.filter(isObject) : []
  const conditionOf = (each: JsonObject): string => {
    const conditions = objectAt(each, 'status')['conditions']
    const types = (Array.isArray(conditions) ? conditions : []).flatMap(it =>
      isObject(it) ? textAt(it, 'type') : [],
    )
    const issued = textAt(each, 'status', 'certificate') === '' ? [] : ['Issued']
    return types.length + issued.length === 0 ? 'Pending' : [...types, ...issued].join(',')
  }
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
      { name: 'Requestor', type: 'string', format: '', description: '', priority: 0 },
      { name: 'Condition', type: 'string', format: '', description: '', priority: 0 },
    ],
    rows: all.map(each => ({
      cells: [
        textAt(each, 'metadata', 'name'),
        textAt(each, 'spec', 'username'),
        conditionOf(each),
      ],
      object: null,
    })),
  }
}
