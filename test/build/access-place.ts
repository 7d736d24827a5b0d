// A cluster of its own for tests of access: ClusterRoles, namespaces, identity and guard, and the login of the apply identity.
import { configuration } from './github-run.ts'
import { startGuarded, until } from './guarded-cluster.ts'
import type { GuardedCluster, GuardedKind, PlaneWords } from './guarded-cluster.ts'
import { installation } from './installation.ts'
import type { Place } from './place.ts'
import { ApiClient } from './api-client.ts'
import type { Endpoint } from './api-client.ts'
import type { Rule } from './subjects.ts'
import { usualFile } from './history/usual-files.ts'
import type { Ran } from './reuse/run.ts'
import { Workshop, kubeconfig } from './workshop.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const OWNER = 'acme-certs'
const RECORDS = 'countersign'
const ACCOUNT = 'countersign-apply'

export interface AccessWords extends PlaneWords {
  /** ClusterRoles of the test, which policies may allow. */
  readonly roles: Readonly<Record<string, readonly Rule[]>>
  readonly namespaces?: readonly string[]
}

export interface AccessPlace {
  readonly cluster: GuardedCluster
  /** With the login of the apply identity, a token of 100 hours. */
  readonly place: Place
  /** countersign.yaml for this place, as changes to the usual one. */
  readonly config: Readonly<Record<string, unknown>>
  readonly end: () => Promise<void>
}

export interface ShownBinding {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly subjects?: readonly { readonly name: string }[]
}

/** Secrets in the first namespace, records in `countersign`. */
export async function accessPlace(
  kind: GuardedKind,
  { roles, namespaces = ['apps'], ...words }: AccessWords,
): Promise<AccessPlace> {
  const accessRoles = Object.keys(roles)
  const [first = 'apps', ...others] = namespaces
  const installed = installation({
    accessRoles,
    planner: null,
    signers: [{ name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: null }],
    secrets: [{ namespace: first, names: null }],
  })
  const cluster = await startGuarded(installed, {}, kind, words)
  const { admin, backend } = cluster
  for (const name of others) await admin.created('/api/v1/namespaces', { metadata: { name } })
  for (const [name, rules] of Object.entries(roles)) await writeRole(admin, name, rules)
  // The last policy of the guard, like all others, is compiled with a delay.
  const [role = ''] = accessRoles
  const forged = forgedBinding(role)
  await until(async () => (await admin.post(forged.path, forged.object)).code === 403)
  const credential = await tokenOf(admin, ACCOUNT)
  const { server, caPem } = backend
  const named = { namespace: first, owner: OWNER }
  const user = `system:serviceaccount:${RECORDS}:${ACCOUNT}`
  const login = { credential, kubeconfig: kubeconfig(backend, credential) }
  const place = { server, caPem, ...named, user, ...login, admin }
  const { clusters, ...usual } = configuration(place) as {
    readonly clusters: { readonly prod: object }
  }
  const prod = { ...clusters.prod, recordNamespace: RECORDS }
  return {
    cluster,
    place,
    config: { ...usual, clusters: { prod } },
    end: () => cluster.end(),
  }
}

/** On a real API server the built-in roles exist, and without its aggregation they are empty. */
async function writeRole(admin: ApiClient, name: string, rules: readonly Rule[]): Promise<void> {
  const made = await admin.post(`${RBAC}/clusterroles`, { metadata: { name }, rules })
  if (made.code === 201) return
  const path = `${RBAC}/clusterroles/${name}`
  const { body } = await admin.get(path)
  const { code, text } = await admin.put(path, { ...body, rules })
  if (code !== 200) throw new Error(`${path}: ${code} ${text}`)
}

async function tokenOf(admin: ApiClient, account: string): Promise<{ readonly token: string }> {
  const path = `/api/v1/namespaces/${RECORDS}/serviceaccounts/${account}/token`
  const { status } = await admin.created(path, { spec: { expirationSeconds: 360_000 } })
  return { token: status.token }
}

function forgedBinding(role: string): { readonly path: string; readonly object: object } {
  const group = `countersign:${OWNER}:${'a'.repeat(20)}`
  const apiGroup = 'rbac.authorization.k8s.io'
  const object = {
    metadata: { name: `${group}:${role}` },
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup, kind: 'Group', name: group }],
  }
  return { path: `${RBAC}/clusterrolebindings?dryRun=All`, object }
}

/** All bindings that give access to grants, RoleBindings first. */
export async function bindingsOfGrants(place: Place): Promise<readonly ShownBinding[]> {
  return (await allBindings(place)).filter(({ metadata }) => !LIVE.test(metadata.name))
}

/** The bindings that make grants live. */
export async function liveBindings(place: Place): Promise<readonly ShownBinding[]> {
  return (await allBindings(place)).filter(({ metadata }) => LIVE.test(metadata.name))
}

const LIVE = /:countersign-.*-grants$/

async function allBindings({ admin }: Place): Promise<readonly ShownBinding[]> {
  const lists = ['rolebindings', 'clusterrolebindings'].map(each => admin.get(`${RBAC}/${each}`))
  const items = (await Promise.all(lists)).flatMap(({ body }) => body.items)
  return items.filter(({ metadata }) => metadata.name.startsWith('countersign:'))
}

export function pathOfBinding({ metadata: { name, namespace } }: ShownBinding): string {
  return namespace === undefined
    ? `${RBAC}/clusterrolebindings/${name}`
    : `${RBAC}/namespaces/${namespace}/rolebindings/${name}`
}

export interface Pair {
  readonly certificatePem: string
  readonly keyPem: string
}

/** A person who revokes, with the rights of `manifests revoker` and nothing else. */
export class Revoker {
  readonly #workshop: Workshop
  readonly #kubeconfig: string

  private constructor(workshop: Workshop, text: string) {
    this.#workshop = workshop
    this.#kubeconfig = text
  }

  static async in({ cluster, place, config }: AccessPlace): Promise<Revoker> {
    const workshop = new Workshop()
    workshop.write('countersign.yaml', usualFile('countersign.yaml', config))
    const { code, stdout, stderr } = await workshop.run([
      'manifests',
      'revoker',
      '--cluster',
      'prod',
    ])
    if (code !== 0) throw new Error(stdout + stderr)
    await cluster.apply(stdout)
    return new Revoker(
      workshop,
      kubeconfig(place, await tokenOf(place.admin, 'countersign-revoker')),
    )
  }

  /** `countersign revoke ...what`, which has to end with exit code 0. */
  async revokes(...what: readonly string[]): Promise<Ran> {
    const ran = await this.run(what)
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
    return ran
  }

  /** The same with any exit code; `env`: more variables. */
  run(what: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const all = { KUBECONFIG_PROD: this.#kubeconfig, ...env }
    return this.#workshop.run(['revoke', ...what, '--yes', '-o', 'json'], { env: all })
  }

  end(): void {
    this.#workshop.end()
  }
}

/** The pair in the Secret of a request; it throws if there is none. */
export async function pairOf({ admin, namespace }: Place, name: string): Promise<Pair> {
  const { code, body } = await admin.get(`/api/v1/namespaces/${namespace}/secrets/${name}-tls`)
  if (code !== 200) throw new Error(`there is no Secret ${name}-tls`)
  const text = (key: string): string => Buffer.from(body.data[key] ?? '', 'base64').toString('utf8')
  return { certificatePem: text('tls.crt'), keyPem: text('tls.key') }
}

/** The code of one call as the holder of a pair. */
export async function codeFor(pair: Pair, path: string, endpoint: Endpoint): Promise<number> {
  const holder = new ApiClient(endpoint, pair)
  const { code } = await holder.get(path)
  holder.close()
  return code
}
