// A cluster for tests of the action: its address, the login of countersign with least rights, and an administrator's client.
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxOptions } from '../../src/sandbox/api/sandbox-options.ts'
import { identityManifests } from '../../src/setup/rbac/apply-identity.ts'
import { ApiClient } from './api-client.ts'
import type { ApiObject } from './api-object.ts'
import type { Credential, Endpoint } from './api-client.ts'
import { authority, pemOf } from './issued.ts'
import type { Subject } from './subjects.ts'
import { kubeconfig, rulesOf } from './workshop.ts'

const SIGNER = 'kubernetes.io/kube-apiserver-client'
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

export interface Place extends Endpoint {
  /** Namespace of the records and of the Secrets. */
  readonly namespace: string
  /** `metadata.name` of the configuration. */
  readonly owner: string
  /** User name of countersign in the cluster. */
  readonly user: string
  /** Certificate and key that countersign logs in with. */
  readonly credential: Credential
  readonly kubeconfig: string
  readonly admin: ApiClient
}

/** The objects of countersign in the cluster. */
export interface Standing {
  /** Names of our CertificateSigningRequests that have a certificate. */
  readonly certificates: readonly string[]
  /** Names of the approved ones. */
  readonly approved: readonly string[]
  readonly secrets: readonly string[]
}

export const NOTHING_STANDS: Standing = { certificates: [], approved: [], secrets: [] }

let places = 0

/** An own namespace and installation in the cluster of a subject. */
export async function placeIn(subject: Subject): Promise<Place> {
  const { backend, admin } = subject
  const named = (base: string): string => subject.name(`${base}${places}`)
  places++
  const [owner, user, namespace] = [named('acme'), named('countersign'), named('apps')]
  await admin.created('/api/v1/namespaces', { metadata: { name: namespace } })
  subject.later(`/api/v1/namespaces/${namespace}`)
  const credential = await backend.user(user, [], leastRights(owner, user, namespace))
  const { server, caPem } = backend
  return placed({ server, caPem, admin, namespace, owner, user, credential })
}

/** A place without a server: a call to the cluster fails. */
export function nowhere(): Place {
  const endpoint = { server: 'https://127.0.0.1:1', caPem: pemOf(authority('nobody').certificate) }
  const admin = new ApiClient(endpoint, {})
  const [owner, user, namespace] = ['acme-certs', 'countersign', 'apps']
  return placed({ ...endpoint, admin, namespace, owner, user, credential: { token: 'none' } })
}

/** A place in an own embedded cluster. */
export async function ownPlace(options: SandboxOptions = {}): Promise<{
  readonly place: Place
  readonly cluster: SandboxCluster
  readonly end: () => Promise<void>
}> {
  const [owner, user, namespace] = ['acme-certs', 'countersign', 'apps']
  const cluster = await startSandboxCluster({
    authorities: 'two',
    namespaces: [namespace],
    ...options,
  })
  const { server, caPem } = cluster
  cluster.allow({ user }, leastRights(owner, user, namespace))
  const credential = cluster.clientFor(user)
  const admin = new ApiClient({ server, caPem }, cluster.clientFor('admin', ['system:masters']))
  const place = placed({ server, caPem, namespace, owner, user, credential, admin })
  const end = async (): Promise<void> => {
    admin.close()
    await cluster.close()
  }
  return { place, cluster, end }
}

export async function standingIn(place: Place): Promise<Standing> {
  const { admin, namespace, user } = place
  const [requests, secrets] = await Promise.all([
    admin.get(REQUESTS),
    admin.get(`/api/v1/namespaces/${namespace}/secrets`),
  ])
  const ours: readonly ApiObject[] = requests.body.items.filter(
    (each: ApiObject) => each.spec.username === user,
  )
  const named = (objects: readonly ApiObject[]): readonly string[] =>
    objects.map(({ metadata }) => metadata.name).toSorted()
  return {
    certificates: named(ours.filter(({ status }) => status?.certificate !== undefined)),
    approved: named(ours.filter(isApproved)),
    secrets: named(secrets.body.items),
  }
}

function isApproved({ status }: ApiObject): boolean {
  return status?.conditions?.some(({ type }: { type: string }) => type === 'Approved') ?? false
}

function placed(parts: Omit<Place, 'kubeconfig'>): Place {
  return { ...parts, kubeconfig: kubeconfig(parts, parts.credential) }
}

function leastRights(owner: string, name: string, namespace: string) {
  const printed = identityManifests({
    owner,
    cluster: {
      name: 'prod',
      provider: 'kubeadm',
      server: null,
      certificateAuthority: null,
      auth: { kind: 'currentKubeconfig' },
      recordNamespace: namespace,
      signers: [],
      nodeInventory: null,
      knownCredentials: [],
    },
    subject: { kind: 'User', name },
    planner: null,
    approver: null,
    signers: [{ name: SIGNER, maxDurationSeconds: null }],
    secrets: [{ namespace, names: null }],
    secretPlaces: [],
    namespacePatterns: [],
    accessRoles: [],
    accessPlaces: [],
    mayAdopt: false,
    emergency: null,
  })
  return rulesOf(printed)
}
