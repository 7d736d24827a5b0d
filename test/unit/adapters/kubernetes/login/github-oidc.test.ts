// auth: githubOidc in the transport: one token while it is valid, another before it ends and after one refusal.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { KubernetesClusters } from '../../../../../src/adapters/kubernetes/login/cluster-logins.ts'
import { githubOidc } from '../../../../../src/adapters/kubernetes/login/github-oidc.ts'
import { SigningRequestWatch } from '../../../../../src/adapters/kubernetes/http/shared-watch.ts'
import { Transport } from '../../../../../src/adapters/kubernetes/http/api-transport.ts'
import type { ClusterConfig } from '../../../../../src/domain/request/config.ts'
import { APPLY_JOB } from '../../../../github-double/oidc/oidc-job.ts'
import { startOidcProvider } from '../../../../github-double/oidc/oidc.ts'
import type { OidcProvider } from '../../../../github-double/oidc/oidc.ts'
import { failureOf, quickClock, statesOf } from '../../../../build/connected.ts'
import { clusterConfig } from '../../../../build/effective.ts'
import { answering, startOddServer } from '../../../../build/odd-server.ts'

const SELF = {
  method: 'POST',
  path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
  body: {},
} as const

let github: OidcProvider
const closing: (() => unknown)[] = []
beforeAll(async () => {
  github = await startOidcProvider()
})
afterAll(() => github.close())
afterEach(async () => {
  github.asked.length = 0
  for (const close of closing.splice(0)) await close()
})

/** An API server that accepts every token, or none, or all but the refused ones. */
async function apiServer(refuses: (token: string) => boolean) {
  const seen: string[] = []
  const server = await startOddServer((request, response) => {
    const token = request.headers.authorization ?? ''
    seen.push(token)
    if (refuses(token)) answering(401, 'Unauthorized')(request, response)
    else answering(201, { token })(request, response)
  })
  closing.push(() => server.close())
  return { server: server.server, seen }
}

const pinned = (server: string): ClusterConfig =>
  clusterConfig({ server, certificateAuthority: github.caPem })

function connect(server: string) {
  const clock = quickClock()
  const environment = github.jobEnvironment(APPLY_JOB)
  const credential = githubOidc(pinned(server), 'prod', environment, clock)
  const transport = new Transport(credential, clock, () => 0.5)
  closing.push(() => transport.close())
  return { clock, transport }
}

describe('a job with githubOidc', () => {
  test('a job requests no token before the first call, then one for its audience', async () => {
    const { server, seen } = await apiServer(() => false)
    const { transport } = connect(server)
    expect(github.asked).toEqual([])
    await Promise.all([transport.ask(SELF), transport.ask(SELF), transport.ask(SELF)])
    expect(github.asked).toEqual(['prod'])
    expect(new Set(seen).size).toBe(1)
    expect(seen[0]).toMatch(/^Bearer e/)
  })

  test('a job requests another token a minute before the token ends', async () => {
    const { server, seen } = await apiServer(() => false)
    const { clock, transport } = connect(server)
    await transport.ask(SELF)
    await clock.sleep(235_000)
    await transport.ask(SELF)
    expect(github.asked).toHaveLength(1)
    await clock.sleep(10_000)
    await transport.ask(SELF)
    expect(github.asked).toHaveLength(2)
    expect(new Set(seen).size).toBe(2)
  })

  test('a job requests another token after a refusal, and repeats the call', async () => {
    const first: string[] = []
    const { server, seen } = await apiServer(token => {
      if (first.length === 0) first.push(token)
      return token === first[0]
    })
    const { transport } = connect(server)
    const answers = await Promise.all([1, 2, 3].map(() => transport.ask(SELF)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(github.asked).toHaveLength(2)
    expect(new Set(seen).size).toBe(2)
  })

  test('a job requests only one other token, then reports the claims of its token', async () => {
    const { server, seen } = await apiServer(() => true)
    const { transport } = connect(server)
    const problem = await failureOf(transport.ask(SELF), seen)
    expect(github.asked).toHaveLength(2)
    expect(seen).toHaveLength(2)
    expect(problem.code).toBe('CLUSTER_UNAUTHORIZED')
    expect(problem.message).toBe(`${server} does not accept the credential (401)`)
    expect(problem.hint?.split('\n')).toEqual([
      'its AuthenticationConfiguration must take GitHub\'s tokens for the audience "prod", and its log shows the reason; the token says:',
      `  iss: "${github.issuer}"`,
      '  aud: "prod"',
      '  sub: "repo:acme@900/certs@5001:environment:countersign"',
      '  repository: "acme/certs"',
      '  repository_id: "5001"',
      '  repository_owner_id: "900"',
      '  ref: "refs/heads/main"',
      '  environment: "countersign"',
      '  event_name: "push"',
      '  job_workflow_ref: "acme/certs/.github/workflows/countersign.yml@refs/heads/main"',
      '  runner_environment: "github-hosted"',
      '(an AuthenticationConfiguration to begin with: examples/authentication/structured.yaml)',
    ])
  })

  test('a job with a refused watch reports it without waiting', async () => {
    const { server } = await apiServer(() => true)
    const { clock, transport } = connect(server)
    const watch = new SigningRequestWatch(transport, clock, 'acme')
    const states = statesOf(watch.observe('x', new AbortController().signal))
    expect((await failureOf(states.next())).code).toBe('CLUSTER_UNAUTHORIZED')
  })
})

describe('a cluster with githubOidc', () => {
  async function opened(changes: Partial<ClusterConfig> = {}, settings: object = {}) {
    const masked: string[] = []
    const { server, seen } = await apiServer(() => false)
    const clusters = new KubernetesClusters({
      environment: github.jobEnvironment(APPLY_JOB),
      kubeconfig: null,
      context: null,
      isGithub: true,
      workspace: '/nowhere',
      clock: quickClock(),
      random: () => 0.5,
      mask: secret => {
        expect(seen).toEqual([])
        masked.push(secret)
      },
      ...settings,
    })
    const auth = { kind: 'githubOidc', audience: 'prod' } as const
    const open = () => clusters.open({ ...pinned(server), auth, ...changes }, 'acme')
    return { open, masked, seen }
  }

  test('a cluster is opened with its own token each time, masked before it is sent', async () => {
    const { open, masked, seen } = await opened()
    for (const _ of [1, 2]) {
      const cluster = await open()
      await cluster.version().catch(() => undefined)
      await cluster.close()
      expect(seen.splice(0)).toEqual([`Bearer ${masked.at(-1)}`])
    }
    expect(new Set(masked).size).toBe(2)
  })

  test.each([[{ server: null }], [{ certificateAuthority: null }]])(
    'a cluster needs server and CA from the configuration, at a terminal too: %j is refused',
    async changes => {
      for (const isGithub of [true, false]) {
        const { open } = await opened(changes, { isGithub })
        expect((await failureOf(open())).code).toBe('CONFIG_CLUSTER_UNPINNED')
      }
      expect(github.asked).toEqual([])
    },
  )

  test('a cluster is refused at once where GitHub offers no token', async () => {
    const { open } = await opened({}, { environment: { GITHUB_ACTIONS: 'true' } })
    expect((await failureOf(open())).code).toBe('CONFIG_AUTH_UNSUPPORTED')
  })

  test('a kubeconfig overrides githubOidc at a terminal only', async () => {
    const given = { kubeconfig: '/nowhere/kubeconfig' }
    const terminal = await opened({}, { ...given, isGithub: false })
    expect((await failureOf(terminal.open())).code).toBe('CONFIG_KUBECONFIG')
    const job = await opened({}, given)
    await (await job.open()).close()
  })
})
