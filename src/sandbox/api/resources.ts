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

const all: Resource[] = []
export const RESOURCES: readonly Resource[] = all

type Rest = Partial<Pick<Resource, 'namespaced' | 'shortNames' | 'subresources'>>

function resource(group: string, kind: string, rest: Rest = {}): Resource {
  const singular = kind.toLowerCase()
  const plural = `${singular.replace(/y$/, 'ie')}s`
  const common = { namespaced: false, shortNames: [], subresources: [] }
  const made = { group, version: 'v1', kind, plural, singular, ...common, ...rest }
  all.push(made)
  return made
}

const namespaced = true
const RBAC = 'rbac.authorization.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'

export const SECRETS = resource('', 'Secret', { namespaced })
export const CONFIG_MAPS = resource('', 'ConfigMap', { namespaced, shortNames: ['cm'] })
export const NAMESPACES = resource('', 'Namespace', { shortNames: ['ns'] })
export const SERVICE_ACCOUNTS = resource('', 'ServiceAccount', { namespaced, shortNames: ['sa'] })
/** Pods are stored and never run, as in a cluster without nodes. */
export const PODS = resource('', 'Pod', { namespaced, shortNames: ['po'] })
/** Stored as they are written; there is no kubelet. */
export const NODES = resource('', 'Node', { shortNames: ['no'] })
export const SIGNING_REQUESTS = resource('certificates.k8s.io', 'CertificateSigningRequest', {
  shortNames: ['csr'],
  subresources: ['approval', 'status'],
})
export const LEASES = resource('coordination.k8s.io', 'Lease', { namespaced })
export const ROLES = resource(RBAC, 'Role', { namespaced })
export const ROLE_BINDINGS = resource(RBAC, 'RoleBinding', { namespaced })
export const CLUSTER_ROLES = resource(RBAC, 'ClusterRole')
export const CLUSTER_ROLE_BINDINGS = resource(RBAC, 'ClusterRoleBinding')
export const POLICIES = resource(ADMISSION, 'ValidatingAdmissionPolicy')
export const POLICY_BINDINGS = resource(ADMISSION, 'ValidatingAdmissionPolicyBinding')

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
