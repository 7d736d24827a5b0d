// An own cluster, because the guard covers the whole of it: identity and guard of one installation, applied as an administrator
// would, and callers of every kind. Embedded, or a control plane of its own.
import { execFileSync } from 'node:child_process'
import type { Installation } from '../../src/domain/cluster/installation.ts'
import { guardManifests } from '../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../src/setup/rbac/apply-identity.ts'
import type { SandboxOptions } from '../../src/sandbox/api/sandbox-options.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane, ControlPlaneOptions } from '../control-plane/start.mjs'
import { parseAllDocuments } from 'yaml'
import { APPLY_PATCH, ApiClient } from './api-client.ts'
import type { Answer, Credential } from './api-client.ts'
import type { ApiObject } from './api-object.ts'
import { hasRealSubject, realSubject } from './real-subject.ts'
import { sandboxSubject } from './sandbox-subject.ts'
import type { Backend, Rule } from './subjects.ts'
import { PATIENCE_MS } from './patience.ts'

export const EVERYTHING: Rule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }

export interface GuardedCluster {
  readonly backend: Backend
  /** Addresses of all API servers on one etcd. */
  readonly servers: readonly string[]
  /** In system:masters. */
  readonly admin: ApiClient
  /** A client of one of the users from the start. */
  as(user: string): ApiClient
  with(credential: Credential): ApiClient
  /** A client of a service account, with a token like the one of `manifests kubeconfig`. */
  serviceAccount(namespace: string, name: string): Promise<ApiClient>
  /** Applies the documents of a YAML text as an administrator. */
  apply(manifests: string): Promise<void>
  /** Only on a real control plane. */
  kubectl(args: readonly string[], stdin?: string): string
  /** Only on a real control plane: as `ControlPlane.restart`. */
  restart: ControlPlane['restart']
  end(): Promise<void>
}

/** A cluster before the guard: its backend, and how an administrator works in it. */
interface Plane extends Pick<GuardedCluster, 'backend' | 'servers' | 'kubectl' | 'restart'> {
  apply(manifests: string, admin: ApiClient): Promise<void>
  stop(): Promise<void>
}

async function realPlane(options: ControlPlaneOptions = {}): Promise<Plane> {
  const plane = await startControlPlane({ separateClientCa: true, signerQps: 500, ...options })
  const kubectl: Plane['kubectl'] = (args, input = '') =>
    execFileSync(plane.binaries.kubectl, [...args], {
      input,
      encoding: 'utf8',
      env: { KUBECONFIG: plane.kubeconfig, HOME: plane.folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  const apply = async (manifests: string): Promise<void> => {
    kubectl(['apply', '-f', '-'], manifests)
  }
  return {
    backend: await realSubject(plane.kubeconfig),
    servers: [plane.server, ...plane.otherServers],
    kubectl,
    restart: plane.restart,
    apply,
    stop: () => plane.stop(),
  }
}

async function embeddedPlane(options?: SandboxOptions): Promise<Plane> {
  const backend = await sandboxSubject(options)
  return {
    backend,
    servers: [backend.server],
    kubectl: () => {
      throw new Error('the embedded cluster is used without kubectl')
    },
    restart: () => {
      throw new Error('the embedded cluster has no etcd')
    },
    apply: applyOnServer,
    stop: () => backend.close(),
  }
}

/** Server-side apply of each document. */
export async function applyOnServer(manifests: string, admin: ApiClient): Promise<void> {
  for (const document of parseAllDocuments(manifests)) {
    const object = document.toJS() as ApiObject & Record<'apiVersion' | 'kind', string>
    const { namespace, name } = object.metadata
    const root = object.apiVersion === 'v1' ? 'api' : 'apis'
    const home = namespace === undefined ? '' : `/namespaces/${namespace}`
    const plural = `${object.kind.toLowerCase().replace(/y$/, 'ie')}s`
    const path = `/${root}/${object.apiVersion}${home}/${plural}/${name}?fieldManager=test&force=true`
    const { code, text } = await admin.patch(path, object, APPLY_PATCH)
    if (code !== 200 && code !== 201) throw new Error(`${path}: ${code} ${text}`)
  }
}

/** Every cluster that the guard is tested on. */
export const GUARDED: readonly GuardedKind[] = hasRealSubject
  ? ['embedded cluster', 'real kube-apiserver']
  : ['embedded cluster']
export type GuardedKind = 'embedded cluster' | 'real kube-apiserver'

/** How the clusters are started. */
export interface PlaneWords {
  readonly embedded?: SandboxOptions
  readonly real?: ControlPlaneOptions
  /** Work before the guard is in effect, for example more logins. */
  readonly before?: (backend: Backend) => Promise<void>
}

/** `users` get their logins before the guard is in effect, because their certificates need an approval too. */
export async function startGuarded(
  installation: Installation,
  users: Readonly<Record<string, readonly Rule[]>>,
  kind: GuardedKind = 'real kube-apiserver',
  words: PlaneWords = {},
): Promise<GuardedCluster> {
  const plane = await (kind === 'embedded cluster'
    ? embeddedPlane(words.embedded)
    : realPlane(words.real))
  const { backend } = plane
  const clients: ApiClient[] = []
  const connect = (credential: Credential): ApiClient => {
    const client = new ApiClient(backend, credential)
    clients.push(client)
    return client
  }
  const admin = connect(backend.admin)
  const known = new Map<string, ApiClient>()
  const cluster: GuardedCluster = {
    backend,
    servers: plane.servers,
    admin,
    as: user => {
      const client = known.get(user)
      if (client === undefined) throw new Error(`there is no user ${user}`)
      return client
    },
    with: connect,
    serviceAccount: async (namespace, name) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
      const made = await admin.created(path, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3600 },
      })
      const status = made.status as { readonly token?: string }
      return connect({ token: status.token ?? '' })
    },
    apply: manifests => plane.apply(manifests, admin),
    kubectl: plane.kubectl,
    restart: plane.restart,
    end: async () => {
      for (const client of clients) client.close()
      await plane.stop()
    },
  }
  for (const { namespace } of installation.secrets)
    await admin.post('/api/v1/namespaces', { metadata: { name: namespace } })
  await cluster.apply(identityManifests(installation))
  for (const [name, rules] of Object.entries(users))
    known.set(name, connect(await backend.user(name, [], rules)))
  await words.before?.(backend)
  await cluster.apply(guardManifests(installation, { approvers: ['other-approver'] }))
  await inForce(admin)
  return cluster
}

let count = 0

/**
 * The API server compiles policies with a delay, all that it knows in one step, and learns of policies and of bindings in the order
 * in which they were written. So all policies are in effect when one that was written last refuses.
 */
export async function inForce(admin: ApiClient): Promise<void> {
  const name = `test-written-last-${++count}`
  const path = '/apis/admissionregistration.k8s.io/v1'
  const configMaps = {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: ['configmaps'],
  }
  await admin.post(`${path}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [configMaps] },
      matchConditions: [{ name, expression: `object.metadata.name == '${name}'` }],
      validations: [{ expression: 'false', message: 'never allowed', reason: 'Forbidden' }],
    },
  })
  await admin.post(`${path}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  })
  const tried = '/api/v1/namespaces/default/configmaps?dryRun=All'
  await until(async () => (await admin.post(tried, { metadata: { name } })).code === 403)
  for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
    await admin.delete(`${path}/${kind}/${name}`)
}

export async function until(test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error('the API server did not come to it in time')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** The policy of the guard that refused; null if none did. */
export function refusedBy(answer: Answer): string | null {
  const said = /ValidatingAdmissionPolicy '([^']+)'/.exec(answer.text)
  return answer.code === 403 ? (said?.[1] ?? null) : null
}
