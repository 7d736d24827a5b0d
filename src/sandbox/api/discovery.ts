// /version, /api, /apis and health: enough for a client that asks before it acts.
import type { Json, JsonObject } from './json-values.ts'
import { REVIEWS } from '../authorization/access-reviews.ts'
import { apiVersion, RESOURCES } from './resources.ts'
import type { Resource } from './resources.ts'

export const VERSION: JsonObject = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
}

export const GROUPS = [...new Set([...RESOURCES, ...REVIEWS].map(({ group }) => group))].filter(
  group => group !== '',
)

const OBJECT_VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

function objectResources(resource: Resource): JsonObject[] {
  const { plural, singular, namespaced, kind, shortNames } = resource
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: OBJECT_VERBS,
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
  }
  const subresources = resource.subresources.map(subresource => ({
    name: `${plural}/${subresource}`,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'patch', 'update'],
  }))
  return [main, ...subresources]
}

function resourceList(group: string): JsonObject {
  const groupVersion = group === '' ? 'v1' : `${group}/v1`
  const objects = RESOURCES.filter(resource => resource.group === group).flatMap(objectResources)
  const reviews = REVIEWS.filter(review => review.group === group).map(({ kind, plural }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: false,
    kind,
    verbs: ['create'],
  }))
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: [...objects, ...reviews],
  }
}

function groupOf(name: string): JsonObject {
  const version = { groupVersion: `${name}/v1`, version: 'v1' }
  return { name, versions: [version], preferredVersion: version }
}

/** /openapi/v3, as far as kubectl needs it: every kind can be patched with field validation. Without schemas, kubectl uses its own. */
function openApi(path: string): JsonObject | null {
  const root = '/openapi/v3'
  const roots = RESOURCES.map(each => `${each.group === '' ? 'api' : 'apis'}/${apiVersion(each)}`)
  const paths: JsonObject = {}
  if (path === root)
    for (const each of roots) paths[each] = { serverRelativeURL: `${root}/${each}` }
  else if (roots.some(each => path === `${root}/${each}`))
    for (const { group, version, kind, plural } of RESOURCES) {
      const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }]
      const patch = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } }
      paths[`/${plural}`] = { patch }
    }
  else return null
  return { openapi: '3.0.0', paths }
}

/** The document of a discovery path; text for the health checks; null where there is none. */
export function discovery(path: string, server: string): Json | null {
  const trimmed = path.replace(/\/$/, '')
  if (/^\/(readyz|livez|healthz)$/.test(trimmed)) return 'ok'
  if (trimmed === '/version') return VERSION
  if (trimmed.startsWith('/openapi')) return openApi(trimmed)
  if (trimmed === '/api') {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: server }]
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs }
  }
  if (trimmed === '/api/v1') return resourceList('')
  if (trimmed === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(groupOf) }
  }
  const group = GROUPS.find(name => trimmed.startsWith(`/apis/${name}`))
  if (group === undefined) return null
  if (trimmed === `/apis/${group}`) {
    return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) }
  }
  return trimmed === `/apis/${group}/v1` ? resourceList(group) : null
}
