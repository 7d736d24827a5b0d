// Pull mode on a real control plane with the unchanged files of examples/in-cluster: kubectl applies them, the command line runs with
// the pod's arguments, variables and service account, and GitHub is the double.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { ApiClient } from '../build/api-client.ts'
import type { ApiObject } from '../build/api-object.ts'
import { Acme, MAY_READ } from '../build/github-run.ts'
import { personOf } from '../build/history/people.ts'
import { realSubject } from '../build/real-subject.ts'
import type { Backend } from '../build/subjects.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane } from '../control-plane/start.mjs'

const EXAMPLE = new URL('../../examples/in-cluster/', import.meta.url).pathname
const JANE = 'requests/people/jane.yaml'
const SECRET = '/api/v1/namespaces/apps/secrets/jane-tls'
const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const ACCOUNT = 'system:serviceaccount:countersign:countersign-apply'
const TOKEN = 'github_pat_pull_mode'
const ZEROS = `sha256:${'0'.repeat(64)}`

const example = (path: string): string => readFileSync(join(EXAMPLE, path), 'utf8')
const describeReal = hasRealSubject ? describe : describe.skip

/** The members of a CronJob that these tests read. */
interface CronJob {
  readonly spec: {
    readonly concurrencyPolicy: string
    readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } }
  }
}

interface PodSpec {
  readonly serviceAccountName: string
  readonly automountServiceAccountToken: boolean
  readonly containers: readonly [Container]
}

interface Container {
  readonly args: readonly string[]
  readonly env: readonly {
    readonly name: string
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } }
  }[]
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean }
}

describeReal('pull mode, as examples/in-cluster has it', () => {
  let plane: ControlPlane
  let backend: Backend
  let admin: ApiClient
  let acme: Acme
  const pod = new Workshop()
  const account = mkdtempSync(join(tmpdir(), 'countersign-account-'))

  beforeAll(async () => {
    plane = await startControlPlane({ separateClientCa: true, signerQps: 500 })
    backend = await realSubject(plane.kubeconfig)
    admin = new ApiClient(backend, backend.admin)
    await admin.post('/api/v1/namespaces', { metadata: { name: 'apps' } })
    kubectl(['apply', '-f', join(EXAMPLE, 'identity.yaml')])
    kubectl([
      'create',
      'secret',
      'generic',
      'countersign-github',
      '--namespace=countersign',
      `--from-literal=token=${TOKEN}`,
    ])
    kubectl(['apply', '-f', join(EXAMPLE, 'cronjob.yaml')])
    await mount()
    acme = await Acme.open(
      { ...backend, admin, namespace: 'apps', owner: 'acme-certs', user: ACCOUNT, ...NO_LOGIN },
      {
        files: {
          'countersign.yaml': filledIn(),
          'policies/people.yaml': example('policies/people.yaml'),
        },
      },
    )
    acme.github.tokens.set(TOKEN, {
      as: { account: personOf('owner').id },
      permissions: MAY_READ,
      repositories: ['acme/certs'],
    })
  })

  afterAll(async () => {
    expect(await acme?.end()).toEqual([])
    admin?.close()
    await backend?.close()
    await plane?.stop()
    pod.end()
    rmSync(account, { recursive: true, force: true })
  })

  /** Fills in the configuration for this cluster and these people. */
  function filledIn(): string {
    const { login, id } = personOf('owner')
    const ca = Buffer.from(backend.caPem).toString('base64')
    return example('countersign.yaml')
      .replace('server: FILL-IN', `server: ${backend.server}`)
      .replace('certificateAuthorityData: FILL-IN', `certificateAuthorityData: ${ca}`)
      .replace('{login: FILL-IN, id: FILL-IN}', `{login: ${login}, id: ${id}}`)
  }

  function kubectl(args: readonly string[], input = ''): string {
    return execFileSync(plane.binaries.kubectl, [...args], {
      input,
      encoding: 'utf8',
      env: { KUBECONFIG: plane.kubeconfig, HOME: plane.folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  /** The files that the kubelet mounts: a bound token of the pod's account, and the CA. */
  async function mount(): Promise<void> {
    const { serviceAccountName, automountServiceAccountToken } = await podSpec()
    expect(automountServiceAccountToken).toBe(true)
    const path = `/api/v1/namespaces/countersign/serviceaccounts/${serviceAccountName}/token`
    const made = await admin.post(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
    writeFileSync(join(account, 'token'), JSON.parse(made.text).status.token)
    writeFileSync(join(account, 'ca.crt'), backend.caPem)
  }

  async function read(path: string): Promise<ApiObject> {
    return JSON.parse((await admin.get(path)).text)
  }

  /** The pod spec as the API server returns it. */
  async function podSpec(): Promise<PodSpec> {
    const path = '/apis/batch/v1/namespaces/countersign/cronjobs/countersign'
    const cronJob: CronJob = JSON.parse((await admin.get(path)).text)
    return cronJob.spec.jobTemplate.spec.template.spec
  }

  /** Runs what the pod would run. */
  async function runPod(changes: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const [container] = (await podSpec()).containers
    const { hostname, port } = new URL(backend.server)
    const digest = await acme.digest()
    return pod.run(
      container.args.map(arg => arg.replace(ZEROS, digest)),
      {
        env: {
          ...(await podEnvironment(container.env)),
          KUBERNETES_SERVICE_HOST: hostname,
          KUBERNETES_SERVICE_PORT: port,
          COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: account,
          GITHUB_API_URL: acme.url,
          ...changes,
        },
      },
    )
  }

  async function podEnvironment(variables: Container['env']): Promise<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const { name, valueFrom } of variables) {
      const { name: secret, key } = valueFrom.secretKeyRef
      const { data } = await read(`/api/v1/namespaces/countersign/secrets/${secret}`)
      found[name] = Buffer.from(data[key] ?? '', 'base64').toString()
    }
    return found
  }

  async function requests(): Promise<readonly ApiObject[]> {
    const { items } = await read(SIGNING_REQUESTS)
    return items.filter(each => each.spec.username === ACCOUNT)
  }

  test('the rights of the example equal the output of manifests identity', async () => {
    const workshop = new Workshop()
    workshop.write('countersign.yaml', filledIn())
    workshop.write('policies/people.yaml', example('policies/people.yaml'))
    const printed = await workshop.run(['manifests', 'identity'])
    workshop.end()
    expect(example('identity.yaml')).toBe(
      `# Made by: countersign manifests identity\n${printed.stdout}`,
    )
    const kinds = parseAllDocuments(printed.stdout).map(document => document.toJS().kind)
    expect(kinds).toContain('ServiceAccount')
  })

  test('pull mode issues nothing before the merge', async () => {
    acme.does('author pushes to add-jane', { [JANE]: example(JANE) })
    acme.does('author opens PR1 from add-jane')
    const ran = await runPod()
    expect(ran).toMatchObject({ code: 0 })
    expect(await requests()).toEqual([])
  })

  test('pull mode refuses an unapproved merge with APPROVAL_MISSING', async () => {
    acme.does('owner merges PR1 (squash)')
    const ran = await runPod()
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('APPROVAL_MISSING')
    expect(await requests()).toEqual([])
  })

  test('pull mode reports a missing right before it creates anything', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
    const name = 'countersign-acme-certs-apply-secrets'
    acme.merges(2, { [JANE]: 'removed' })
    acme.merges(3, { [JANE]: example(JANE) })
    await admin.delete(`${path}/${name}`)
    const ran = await runPod()
    expect(ran.code).toBe(1)
    expect(ran.stdout + ran.stderr).toMatch(
      /CLUSTER_NOT_SET_UP {2}.*"system:serviceaccount:countersign:countersign-apply" may not get, create, patch secrets in apps\n.*\n.*countersign bootstrap --cluster prod/,
    )
    expect(ran.stdout + ran.stderr).toContain(
      '- {apiGroups: [""], resources: [secrets], resourceNames: ["jane-tls"], verbs: [get]}',
    )
    expect(await requests()).toEqual([])
    kubectl(['apply', '-f', join(EXAMPLE, 'identity.yaml')])
  })

  test('pull mode issues an approved request into its Secret as the service account', async () => {
    const ran = await runPod()
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toContain('jane  issued')
    const { type, data } = await read(SECRET)
    expect(type).toBe('kubernetes.io/tls')
    const made = await requests()
    expect(made).toHaveLength(1)
    expect(made[0]?.status.conditions?.[0]).toMatchObject({
      type: 'Approved',
      reason: 'CountersignApproved',
    })
    expect(made[0]?.status.conditions?.[0]?.message).toContain('#3')
    const certificate = Buffer.from(data['tls.crt'] ?? '', 'base64').toString()
    expect(certificate).toContain('BEGIN CERTIFICATE')
    const key = Buffer.from(data['tls.key'] ?? '', 'base64').toString()
    for (const text of [ran.stdout, ran.stderr]) {
      expect(text).not.toContain(key.split('\n')[1])
      expect(text).not.toContain(TOKEN)
    }
  })

  test('a second run of pull mode does nothing', async () => {
    const { metadata } = await read(SECRET)
    const ran = await runPod()
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).not.toContain('issued')
    expect((await read(SECRET)).metadata.resourceVersion).toBe(metadata.resourceVersion)
    expect(await requests()).toHaveLength(1)
  })

  test('pull mode writes nothing at GitHub', () => {
    expect(acme.comments(1)).toEqual([])
    expect(acme.comments(2)).toEqual([])
  })

  test('pull mode in CI outside of a pod is CONFIG_AUTH_UNSUPPORTED', async () => {
    const ran = await runPod({ KUBERNETES_SERVICE_HOST: '', CI: 'true' })
    expect(ran.code).toBe(2)
    expect(ran.stdout + ran.stderr).toContain('CONFIG_AUTH_UNSUPPORTED')
    expect(ran.stdout + ran.stderr).toContain('works only in a pod of that cluster')
  })

  test('pull mode with another digest issues nothing', async () => {
    const [container] = (await podSpec()).containers
    const { hostname, port } = new URL(backend.server)
    const ran = await pod.run(container.args, {
      env: {
        GITHUB_TOKEN: TOKEN,
        GITHUB_API_URL: acme.url,
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: port,
        COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: account,
      },
    })
    expect(ran.code).toBe(1)
    expect(ran.stdout + ran.stderr).toContain('APPROVAL_NO_TRUST_ROOT')
  })
})

test('the CronJob runs apply and forbids concurrent runs', () => {
  const { spec }: CronJob = parse(example('cronjob.yaml'))
  expect(spec.concurrencyPolicy).toBe('Forbid')
  const [container] = spec.jobTemplate.spec.template.spec.containers
  expect(container.args[0]).toBe('apply')
  expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
})

/** The pod has its own login. */
const NO_LOGIN = { credential: {}, kubeconfig: '' }
