// Logins at a real kube-apiserver: GitHub's OIDC tokens with the example AuthenticationConfiguration, and bound tokens of service
// accounts. The bare token of each refusal is sent to the API server too.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { KubernetesClusters } from '../../../src/adapters/kubernetes/login/cluster-logins.ts'
import type { ClusterAuth } from '../../../src/domain/request/config.ts'
import type { Clock } from '../../../src/ports/clock-port.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { rbacManifests } from '../../../src/setup/rbac/least-rights.ts'
import { APPLY_JOB } from '../../github-double/oidc/oidc-job.ts'
import type { OidcJob } from '../../github-double/oidc/oidc-job.ts'
import { startOidcProvider } from '../../github-double/oidc/oidc.ts'
import type { OidcProvider } from '../../github-double/oidc/oidc.ts'
import { ApiClient } from '../../build/api-client.ts'
import type { Credential } from '../../build/api-client.ts'
import { failureOf, quickClock, until } from '../../build/connected.ts'
import { clusterConfig, effective } from '../../build/effective.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { CLIENT_SIGNER } from '../../build/signing-requests.ts'
import { structuredAuthentication } from '../../build/structured-authentication.ts'
import { hasRealSubject } from '../../build/subjects.ts'
import { startControlPlane } from '../../control-plane/start.mjs'
import type { ControlPlane } from '../../control-plane/start.mjs'

const AUDIENCE = 'countersign-prod'
const GROUP = 'github:countersign-apply'
const WORKFLOW = 'acme/certs/.github/workflows/countersign.yml@refs/heads/main'
const OIDC: ClusterAuth = { kind: 'githubOidc', audience: AUDIENCE }
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

let plane: ControlPlane
let github: OidcProvider
let admin: ApiClient
let folder = ''
const closing: (() => unknown)[] = []

if (hasRealSubject) {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-login-'))
    github = await startOidcProvider()
    plane = await startControlPlane({
      separateClientCa: true,
      authenticationConfig: structuredAuthentication(github, APPLY_JOB, AUDIENCE),
    })
    admin = client(adminCredential())
    await grant()
    // The API server fetches the issuer's keys after it starts to serve.
    await until(async () => (await codeOf(github.mint(APPLY_JOB, AUDIENCE))) === 201)
  })
  afterAll(async () => {
    admin?.close()
    await plane?.stop()
    await github?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
}

function adminCredential(): Credential {
  const { users } = parse(readFileSync(plane.kubeconfig, 'utf8')) as {
    users: { user: Record<string, string> }[]
  }
  const pem = (member: string) =>
    Buffer.from(users[0]!.user[member] ?? '', 'base64').toString('utf8')
  return { certificatePem: pem('client-certificate-data'), keyPem: pem('client-key-data') }
}

function client(credential: Credential): ApiClient {
  return new ApiClient(plane, credential)
}

/** The rights countersign prints, for the group of the example. */
async function grant(): Promise<void> {
  const request = effective({ signerName: CLIENT_SIGNER })
  const text = rbacManifests(clusterConfig(), [request], { kind: 'Group', name: GROUP })
  const objects = parseAllDocuments(text).map(document => document.toJS() as { kind: string })
  for (const [kind, path] of [
    ['ClusterRole', 'clusterroles'],
    ['ClusterRoleBinding', 'clusterrolebindings'],
  ])
    for (const object of objects.filter(one => one.kind === kind))
      await admin.created(`${RBAC}/${path}`, object)
}

/** The status of the API server for a bare token, without countersign. */
async function codeOf(token: string): Promise<number> {
  const asked = client({ token })
  const { code } = await asked.post(SELF, REVIEW)
  asked.close()
  return code
}

interface Opening {
  readonly auth: ClusterAuth
  readonly environment: Readonly<Record<string, string>>
  readonly clock?: Clock
  readonly masked?: string[]
}

async function open({ auth, environment, clock, masked = [] }: Opening): Promise<Cluster> {
  const clusters = new KubernetesClusters({
    environment,
    kubeconfig: null,
    context: null,
    isGithub: true,
    workspace: folder,
    clock: clock ?? quickClock(),
    random: () => 0.5,
    mask: secret => masked.push(secret),
  })
  const pinned = { server: plane.server, certificateAuthority: plane.caPem }
  const cluster = await clusters.open(clusterConfig({ ...pinned, auth }), 'acme')
  closing.push(() => cluster.close())
  return cluster
}

/** The cluster as opened by a job that gets this token from GitHub. */
async function openWith(token: string): Promise<Cluster> {
  const giver = await startOddServer(answering(200, { value: token }))
  closing.push(() => giver.close())
  const environment = {
    ...github.jobEnvironment(APPLY_JOB),
    ACTIONS_ID_TOKEN_REQUEST_URL: `${giver.server}/idtoken?api-version=2.0`,
  }
  return open({ auth: OIDC, environment })
}

function byOidc(job: OidcJob, masked: string[] = []): Promise<Cluster> {
  return open({ auth: OIDC, environment: github.jobEnvironment(job), masked })
}

const whenReal = hasRealSubject ? describe : describe.skip

whenReal('a real kube-apiserver, with the example AuthenticationConfiguration', () => {
  test('the API server accepts the OIDC token of the job', async () => {
    const masked: string[] = []
    const cluster = await byOidc(APPLY_JOB, masked)
    expect(await cluster.whoAmI()).toEqual({
      username: 'github:acme/certs',
      groups: [GROUP, 'system:authenticated'],
    })
    expect(github.asked.at(-1)).toBe(AUDIENCE)
    expect(masked).toHaveLength(1)
    expect(await codeOf(masked[0] ?? '')).toBe(201)
  })

  test.each<[string, Partial<OidcJob>]>([
    ['in the old form of sub', { subject: 'names' }],
    ['by a schedule', { eventName: 'schedule' }],
    ['started by hand', { eventName: 'workflow_dispatch' }],
  ])('the API server accepts the OIDC token of a job %s', async (_, changes) => {
    const cluster = await byOidc({ ...APPLY_JOB, ...changes })
    expect((await cluster.whoAmI()).username).toBe('github:acme/certs')
  })

  test('a job gets a certificate, and the request records the run', async () => {
    const { signingRequests } = await byOidc(APPLY_JOB)
    const name = 'round-trip'
    const made = await signingRequests.create({
      name,
      labels: { 'countersign.dev/owner': 'acme' },
      annotations: {},
      request: opensslRequest({ subject: '/O=developers/CN=jane' }).pem,
      signerName: CLIENT_SIGNER,
      usages: ['digital signature', 'client auth'],
      expirationSeconds: 3600,
    })
    if (made.kind !== 'created') throw new Error('it exists')
    await signingRequests.approve(made.object, 'CountersignApproved', 'in a test')
    const enough = new AbortController()
    for await (const seen of signingRequests.observe(name, enough.signal))
      if (seen.kind === 'present' && seen.object.certificate !== null) break
    enough.abort()
    const { body } = await admin.get(`${SIGNING_REQUESTS}/${name}`)
    expect(body.spec).toMatchObject({
      username: 'github:acme/certs',
      uid: String(APPLY_JOB.repositoryId),
    })
    expect(body.spec.extra).toMatchObject({
      'countersign.dev/commit': [APPLY_JOB.sha],
      'countersign.dev/run': ['70001/1'],
      'countersign.dev/workflow': [WORKFLOW],
    })
  })

  test('a service account logs in next to OIDC', async () => {
    const cluster = await inPod('beside')
    expect((await cluster.whoAmI()).username).toBe('system:serviceaccount:default:beside')
  })

  test('tokens of a replaced key log in after the issuer replaced it', async () => {
    const before = github.mint(APPLY_JOB, AUDIENCE)
    github.replaceKey()
    const cluster = await byOidc(APPLY_JOB)
    expect((await cluster.whoAmI()).username).toBe('github:acme/certs')
    expect(await codeOf(before)).toBe(401)
  })

  const stranger: { issuer: OidcProvider | null } = { issuer: null }
  beforeAll(async () => {
    if (hasRealSubject) stranger.issuer = await startOidcProvider()
  })
  afterAll(() => stranger.issuer?.close())

  const job = (changes: Partial<OidcJob>) => () =>
    github.mint({ ...APPLY_JOB, ...changes }, AUDIENCE)
  const refused: readonly [string, () => string, string][] = [
    [
      'for another audience',
      () => github.mint(APPLY_JOB, 'countersign-dev'),
      'aud: "countersign-dev"',
    ],
    ['of another repository', job({ repositoryId: 5002 }), 'repository_id: "5002"'],
    ['of another owner', job({ ownerId: 901 }), 'repository_owner_id: "901"'],
    [
      'of another branch that calls the workflow of main',
      job({ ref: 'refs/heads/other', calledWorkflow: WORKFLOW }),
      'ref: "refs/heads/other"',
    ],
    ['of a tag', job({ ref: 'refs/tags/main', calledWorkflow: WORKFLOW }), 'ref: "refs/tags/main"'],
    [
      'of a pull request',
      job({ eventName: 'pull_request', ref: 'refs/pull/7/merge', environment: null }),
      'event_name: "pull_request"',
    ],
    [
      'of a pull request that says the branch and the environment of the base',
      job({ eventName: 'pull_request_target' }),
      'event_name: "pull_request_target"',
    ],
    ['of a job without an environment', job({ environment: null }), 'environment: not there'],
    ['of another environment', job({ environment: 'staging' }), 'environment: "staging"'],
    [
      'of another workflow',
      job({ workflowPath: '.github/workflows/other.yml' }),
      'job_workflow_ref: "acme/certs/.github/workflows/other.yml@refs/heads/main"',
    ],
    [
      'of the same repository under another name',
      job({ repository: 'elsewhere/certs' }),
      'job_workflow_ref: "elsewhere/certs/.github/workflows/countersign.yml@refs/heads/main"',
    ],
    [
      "of a runner of somebody's own",
      job({ runnerEnvironment: 'self-hosted' }),
      'runner_environment: "self-hosted"',
    ],
    [
      'that has ended',
      () => github.mint(APPLY_JOB, AUDIENCE, {}, new Date(Date.now() - 400_000)),
      'ref: "refs/heads/main"',
    ],
    [
      'that lives for a day',
      () => github.mint(APPLY_JOB, AUDIENCE, { exp: Math.floor(Date.now() / 1000) + 86_400 }),
      'ref: "refs/heads/main"',
    ],
    ['of another issuer', () => stranger.issuer!.mint(APPLY_JOB, AUDIENCE), 'iss: "https://'],
    [
      'of another issuer that says it is the right one',
      () => stranger.issuer!.mint(APPLY_JOB, AUDIENCE, { iss: github.issuer }),
      'ref: "refs/heads/main"',
    ],
    ['that nobody signed', () => unsigned(github.mint(APPLY_JOB, AUDIENCE)), 'ref:'],
    [
      'whose repository was changed after it was signed',
      () => tampered(github.mint({ ...APPLY_JOB, repositoryId: 5002 }, AUDIENCE)),
      'repository_id: "5001"',
    ],
  ]

  test.each(refused)(
    'a token %s is refused, and the hint shows its claims',
    async (_, of, says) => {
      const token = of()
      expect(await codeOf(token)).toBe(401)
      const cluster = await openWith(token)
      const problem = await failureOf(cluster.whoAmI(), [token])
      expect(problem.code).toBe('CLUSTER_UNAUTHORIZED')
      expect(problem.message).toBe(`${plane.server} does not accept the credential (401)`)
      expect(problem.hint).toContain(says)
    },
  )

  test('the unmodified token is accepted', async () => {
    const cluster = await openWith(github.mint(APPLY_JOB, AUDIENCE))
    expect((await cluster.whoAmI()).username).toBe('github:acme/certs')
  })

  test('a service account without rights is refused', async () => {
    const cluster = await inPod('without-rights')
    const problem = await failureOf(cluster.signingRequests.read('round-trip'))
    expect(problem.code).toBe('CLUSTER_FORBIDDEN')
  })
})

/** A folder for the pod of this service account. */
function accountFolder(name: string): string {
  return mkdtempSync(join(folder, `${name}-`))
}

async function tokenOf(account: string, secret: string | null = null): Promise<string> {
  const path = '/api/v1/namespaces/default/serviceaccounts'
  await admin.post(path, { metadata: { name: account } })
  const bound = secret === null ? {} : { boundObjectRef: await boundTo(secret) }
  const spec = { expirationSeconds: 600, ...bound }
  const answer = await admin.created(`${path}/${account}/token`, { spec })
  return answer.status.token
}

async function boundTo(secret: string): Promise<object> {
  const { metadata } = await admin.created('/api/v1/namespaces/default/secrets', {
    metadata: { name: secret },
  })
  return { kind: 'Secret', apiVersion: 'v1', name: secret, uid: metadata.uid }
}

function mount(at: string, token: string): void {
  writeFileSync(join(at, 'ca.crt'), plane.caPem)
  writeFileSync(join(at, 'token'), token)
}

/** As in a pod: address in the environment, token and CA in files. */
function podEnvironment(at: string): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(plane.server)
  return {
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
    COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: at,
  }
}

async function inPod(account: string): Promise<Cluster> {
  const at = accountFolder(account)
  mount(at, await tokenOf(account))
  return open({ auth: { kind: 'inCluster' }, environment: podEnvironment(at) })
}

whenReal('a real kube-apiserver, from inside', () => {
  test('a bound token logs in as its service account', async () => {
    const cluster = await inPod('countersign')
    expect(await cluster.whoAmI()).toMatchObject({
      username: 'system:serviceaccount:default:countersign',
    })
  })

  test('a rotated token file is read again within 10 s', async () => {
    const at = accountFolder('rotated')
    mount(at, await tokenOf('before'))
    const clock = quickClock()
    const environment = podEnvironment(at)
    const cluster = await open({ auth: { kind: 'inCluster' }, environment, clock })
    expect((await cluster.whoAmI()).username).toMatch(/:before$/)
    mount(at, await tokenOf('after'))
    await clock.sleep(10_000)
    expect((await cluster.whoAmI()).username).toMatch(/:after$/)
  })

  test('a rotated token file is read again at once when the old token is refused', async () => {
    const at = accountFolder('revoked')
    const first = await tokenOf('revoked', 'bound-to')
    mount(at, first)
    const cluster = await open({ auth: { kind: 'inCluster' }, environment: podEnvironment(at) })
    await cluster.whoAmI()
    await admin.delete('/api/v1/namespaces/default/secrets/bound-to')
    await until(async () => (await codeOf(first)) === 401)
    mount(at, await tokenOf('renewed'))
    expect((await cluster.whoAmI()).username).toMatch(/:renewed$/)
  })

  test('an invalid token is refused, and the hint names its folder', async () => {
    const at = accountFolder('ended')
    mount(at, 'not-a-token')
    const cluster = await open({ auth: { kind: 'inCluster' }, environment: podEnvironment(at) })
    expect(await failureOf(cluster.whoAmI(), ['not-a-token'])).toEqual({
      code: 'CLUSTER_UNAUTHORIZED',
      at: null,
      message: `${plane.server} does not accept the credential (401)`,
      hint: `the token in ${at} is not this API server's, or has ended; a pod gets a new one when it is started again`,
    })
  })
})

/** The same claims with alg none and without a signature (CVE-2015-9235). */
function unsigned(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  return `${header}.${token.split('.')[1]}.`
}

/** The right repository under the signature of a token for another one. */
function tampered(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object
  const changed = JSON.stringify({ ...claims, repository_id: String(APPLY_JOB.repositoryId) })
  return `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`
}
