// /openapi/v3, as far as kubectl needs it: every kind can be patched with field validation. Without schemas, kubectl uses its own.
import type { JsonObject } from './json-values.ts'
import { apiVersion, RESOURCES } from './resources.ts'

const ROOT = '/openapi/v3'

/** The document of a path, null if there is none. */
export function openApi(path: string): JsonObject | null {
  const roots = RESOURCES.map(each => `${each.group === '' ? 'api' : 'apis'}/${apiVersion(each)}`)
  const paths: JsonObject = {}
  if (path === ROOT)
    for (const root of roots) paths[root] = { serverRelativeURL: `${ROOT}/${root}` }
  else if (roots.some(root => path === `${ROOT}/${root}`))
    for (const { group, version, kind, plural } of RESOURCES) {
      const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }]
      const patch = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } }
      paths[`/${plural}`] = { patch }
    }
  else return null
  return { openapi: '3.0.0', paths }
}
