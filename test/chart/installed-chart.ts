// The chart installed by helm on a control plane of its own, with GitHub's double; and what its pods would run, with the arguments,
// variables, service account and rights that the chart gives them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import { stringify } from 'yaml'
import { ApiClient } from '../build/api-client.ts'
import type { ApiObject } from '../build/api-object.ts'
import { Acme, MAY_READ } from '../build/github-run.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { realSubject } from '../build/real-subject.ts'
import type { Backend } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane } from '../control-plane/start.mjs'
import { readyHelm } from './helm.mjs'

export const CHART = new URL('../../charts/countersign/', import.meta.url).pathname
const EXAMPLE = new URL('../../examples/in-cluster/countersign.yaml', import.meta.url).pathname
export const SERVING = 'kubernetes.io/kubelet-serving'
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/countersign/deployments'
const TOKEN = 'github_pat_of_the_chart'
const ACCOUNTS = { controller: 'countersign-apply', approver: 'countersign-approver' } as const
export type Component = keyof typeof ACCOUNTS

const POLICIES = {
  'policies/people.yaml': {
    sinks: [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }],
    access: [
      { clusterRoles: ['cs-reader'], cluster: true },
      { clusterRoles: ['cs-reader'], namespaces: ['apps'] },
    ],
  },
  'policies/nodes.yaml': {
    selector: {
      paths: null,
      usernames: ['system:node:*'],
      groups: ['system:nodes'],
      signerNames: [SERVING],
    },
    allowed: {
      commonName: { value: 'system:node:*' },
      subject: { organizations: { values: ['system:nodes'] } },
      dnsNames: { values: ['node-*'] },
      usages: ['digital signature', 'server auth'],
    },
    constraints: { maxDuration: '24h' },
    sinks: null,
    approvals: { required: 0 },
  },
}

const INVENTORY = {
  nodes: [],
  pools: [{ name: 'all', nodeNames: ['node-*'], addresses: ['10.1.0.0/16'], maxNodes: 100 }],
}

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly rules?: readonly Rule[]
}

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

/** The path of helm, which is built where this is required; null where the tests are skipped. */
export function helmPath(): string | null {
  const helm = readyHelm()
  if (helm === null && process.env['COUNTERSIGN_REQUIRE_GO'] === '1')
    throw new Error('helm is not built: node test/chart/build.mjs')
  if (helm === null) process.stderr.write('SKIPPED: helm is not built: node test/chart/build.mjs\n')
  return helm
}

/** What `countersign manifests chart-values` prints for a configuration with this cluster. */
export async function printedValues(configuration: string): Promise<string> {
  const workshop = new Workshop()
  try {
    workshop.write('countersign.yaml', configuration)
    for (const [path, policy] of Object.entries(POLICIES))
      workshop.write(path, usualFile(path, policy))
    const printed = await workshop.run(['manifests', 'chart-values', '--cluster', 'prod'])
    if (printed.code !== 0) throw new Error(printed.stdout + printed.stderr)
    return printed.stdout
  } finally {
    workshop.end()
  }
}

/** countersign.yaml of the example, without what only helps to connect. */
export function exampleConfiguration({ server, caPem }: Pick<Backend, 'server' | 'caPem'>): string {
  const { login, id } = personOf('owner')
  return `${readFileSync(EXAMPLE, 'utf8')}limits: {maxWithdraw: 100%}\n`
    .replace('recordNamespace: countersign', '$&\n    nodeInventory: nodes/prod')
    .replace('server: FILL-IN', `server: ${server}`)
    .replace(
      'certificateAuthorityData: FILL-IN',
      `certificateAuthorityData: ${Buffer.from(caPem).toString('base64')}`,
    )
    .replace('{login: FILL-IN, id: FILL-IN}', `{login: ${login}, id: ${id}}`)
}

/** Values that no configuration has. */
export const OWN_VALUES = {
  image: {
    repository: 'ghcr.io/countersign/countersign',
    digest: `sha256:${'0'.repeat(64)}`,
  },
  github: { repository: 'acme/certs' },
  listen: '127.0.0.1',
}

interface Container {
  readonly args: readonly string[]
  readonly env: readonly {
    readonly name: string
    readonly value?: string
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } }
  }[]
}

export class InstalledChart {
  readonly admin: ApiClient
  readonly acme: Acme
  readonly plane: ControlPlane
  readonly #backend: Backend
  readonly #helm: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-chart-'))
  readonly #workshop = new Workshop()

  private constructor(helm: string, plane: ControlPlane, backend: Backend, acme: Acme) {
    this.#helm = helm
    this.plane = plane
    this.#backend = backend
    this.admin = new ApiClient(backend, backend.admin)
    this.acme = acme
  }

  static async start(helm: string): Promise<InstalledChart> {
    const plane = await startControlPlane({
      separateClientCa: true,
      signerQps: 500,
      controllerManagerFlags: ['--controllers=deployment,replicaset'],
    })
    const backend = await realSubject(plane.kubeconfig)
    const admin = new ApiClient(backend, backend.admin)
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await admin.created('/api/v1/namespaces', { metadata: { name: 'countersign', labels } })
    await admin.created('/api/v1/namespaces', { metadata: { name: 'apps' } })
    const reads = { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
    await admin.created('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'cs-reader' },
      rules: [reads],
    })
    const data = { token: Buffer.from(TOKEN).toString('base64') }
    await admin.created('/api/v1/namespaces/countersign/secrets', {
      metadata: { name: 'countersign-github' },
      data,
    })
    const user = `system:serviceaccount:countersign:${ACCOUNTS.controller}`
    const names = { namespace: 'apps', owner: 'acme-certs', user }
    const acme = await Acme.open(
      { ...backend, admin, ...names, credential: {}, kubeconfig: '' },
      { files: { 'countersign.yaml': exampleConfiguration(backend), ...POLICIES } },
    )
    acme.does('author pushes to nodes', { 'nodes/prod/nodes.yaml': INVENTORY })
    acme.does('author opens PR1 from nodes')
    acme.does('owner approves PR1')
    acme.does('author merges PR1 (squash)')
    acme.github.tokens.set(TOKEN, {
      as: { account: personOf('owner').id },
      permissions: MAY_READ,
      repositories: ['acme/certs'],
    })
    return new InstalledChart(helm, plane, backend, acme)
  }

  async end(): Promise<readonly string[]> {
    const unanswered = await this.acme.end()
    this.admin.close()
    await this.#backend.close()
    await this.plane.stop()
    this.#workshop.end()
    rmSync(this.#folder, { recursive: true, force: true })
    return unanswered
  }

  /** helm upgrade --install with the printed values and those of the test. */
  async install(changes: object = {}): Promise<void> {
    const env = [{ name: 'GITHUB_API_URL', value: this.acme.url }]
    writeFileSync(this.#path('own.yaml'), stringify({ ...OWN_VALUES, env, ...changes }))
    writeFileSync(
      this.#path('printed.yaml'),
      await printedValues(exampleConfiguration(this.#backend)),
    )
    const values = ['-f', this.#path('printed.yaml'), '-f', this.#path('own.yaml')]
    const where = ['--namespace', 'countersign', '--kubeconfig', this.plane.kubeconfig]
    this.helm(['upgrade', '--install', 'countersign', CHART, ...where, ...values])
  }

  helm(args: readonly string[]): string {
    return runHelm(this.#helm, args, this.#folder)
  }

  async read(path: string): Promise<ApiObject> {
    return (await this.admin.get(path)).body
  }

  async containerOf(component: Component): Promise<Container> {
    const deployment = await this.read(`${DEPLOYMENTS}/countersign-${component}`)
    const { template } = JSON.parse(JSON.stringify(deployment)).spec
    return template.spec.containers[0]
  }

  /** Runs what a pod of the Deployment would run. */
  async runPod(
    component: Component,
    meanwhile: (child: ChildProcess) => Promise<void>,
  ): Promise<Ran> {
    const { args } = await this.containerOf(component)
    // A free port, because others may use 8080 of this machine.
    const shown = args.map(arg => arg.replace(/^(--listen=.*:)8080$/, '$10'))
    return this.#workshop.run(shown, { env: await this.#environment(component), meanwhile })
  }

  /** Another command with the login of a pod. */
  async runInPod(
    component: Component,
    args: readonly string[],
    options: { readonly killAt?: string } = {},
  ): Promise<Ran> {
    this.#workshop.write('countersign.yaml', exampleConfiguration(this.#backend))
    for (const [path, policy] of Object.entries(POLICIES))
      this.#workshop.write(path, usualFile(path, policy))
    return this.#workshop.run(args, { env: await this.#environment(component), ...options })
  }

  /** The login of a pod for the test's own calls. */
  async loginOf(component: Component): Promise<ApiClient> {
    const token = readFileSync(join(await this.#account(component), 'token'), 'utf8')
    return new ApiClient(this.#backend, { token })
  }

  async #environment(component: Component): Promise<Record<string, string>> {
    const { env } = await this.containerOf(component)
    const { hostname, port } = new URL(this.#backend.server)
    const found: Record<string, string> = {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: await this.#account(component),
    }
    for (const { name, value, valueFrom } of env) {
      found[name] = value ?? ''
      if (valueFrom === undefined) continue
      const { name: secret, key } = valueFrom.secretKeyRef
      const { data } = await this.read(`/api/v1/namespaces/countersign/secrets/${secret}`)
      found[name] = Buffer.from(data[key] ?? '', 'base64').toString()
    }
    return found
  }

  /** A folder with what the kubelet mounts: a token of the service account, and the CA. */
  async #account(component: Component): Promise<string> {
    const { spec } = await this.read(`${DEPLOYMENTS}/countersign-${component}`)
    const { serviceAccountName } = spec.template.spec
    const path = `/api/v1/namespaces/countersign/serviceaccounts/${serviceAccountName}/token`
    const made = await this.admin.created(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
    const { token } = made.status
    const folder = mkdtempSync(join(this.#folder, 'account-'))
    writeFileSync(join(folder, 'token'), token)
    writeFileSync(join(folder, 'ca.crt'), this.#backend.caPem)
    return folder
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

/** Throws with what helm says if it refuses. */
export function runHelm(helm: string, args: readonly string[], home: string): string {
  return execFileSync(helm, [...args], {
    encoding: 'utf8',
    env: { HOME: home, PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
