// The kinds this cluster serves, with the names the API server uses for them.

export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
  readonly subresources: readonly string[]
}

export const SECRETS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  namespaced: true,
  subresources: [],
}

export const CONFIG_MAPS: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  subresources: [],
}

export const NAMESPACES: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  subresources: [],
}

export const SIGNING_REQUESTS: Resource = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  subresources: ['approval', 'status'],
}

export const RESOURCES: readonly Resource[] = [SECRETS, CONFIG_MAPS, NAMESPACES, SIGNING_REQUESTS]

export function apiVersion(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** `secrets`, `certificatesigningrequests.certificates.k8s.io`: how errors name a resource. */
export function resourceTitle(resource: {
  readonly plural: string
  readonly group: string
}): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

/** `Secret`, `CertificateSigningRequest.certificates.k8s.io`: how validation names a kind. */
export function kindTitle(resource: Resource): string {
  return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`
}
