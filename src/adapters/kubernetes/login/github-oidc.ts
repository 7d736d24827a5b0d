// Login for `auth: githubOidc`: tokens that GitHub mints for this job and this cluster's audience. Server and CA come from the
// configuration. Each opened cluster starts with its own token.
import { z } from 'zod'
import type { ClusterConfig } from '../../../domain/request/config.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { CountersignError, failure } from '../../../domain/problem.ts'
import { jsonOf } from '../../../domain/json-text.ts'
import { isSecure } from '../../system/secure-url.ts'
import { describeCause } from '../http/connection-faults.ts'
import { remembered } from './authorization-header.ts'
import type { Credential } from './cluster-credential.ts'
import { serverUrl } from './kubeconfig-login.ts'
import { requirePin } from './pinned-server.ts'
import { describeClaims, readClaims } from './token-claims.ts'
import type { TokenClaims } from './token-claims.ts'

/** A new token is requested this long before the old one ends, or after three quarters of a very short life. */
const SPARE_SECONDS = 60
const DESCRIBED_CLAIMS = [
  'iss',
  'aud',
  'sub',
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'environment',
  'event_name',
  'job_workflow_ref',
  'runner_environment',
]

/**
 * Sends nothing before the first call. Throws CONFIG_CLUSTER_UNPINNED without server and CA, CONFIG_AUTH_UNSUPPORTED outside a job
 * that may request tokens.
 */
export function githubOidc(
  config: ClusterConfig,
  audience: string,
  environment: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Credential {
  requirePin(config)
  const endpoint = tokenEndpoint(environment, config.name)
  let newest: TokenClaims | null = null
  const logIn = async () => {
    // Only the length of the token's life is used: the runner's clock may differ from GitHub's.
    const asked = clock.now().getTime()
    const minted = await mintToken(endpoint, audience, clock)
    newest = minted.claims
    return {
      header: new Secret(`Bearer ${minted.token.reveal()}`),
      goodUntil: asked + usableSeconds(minted) * 1000,
    }
  }
  return {
    server: serverUrl(config.server),
    ca: config.certificateAuthority,
    certificate: null,
    key: null,
    serverName: null,
    authorization: remembered(logIn, () => clock.now().getTime()),
    refusedHint: () => refusedHint(audience, newest),
  }
}

function usableSeconds({ claims }: GithubToken): number {
  const life = claims.expiresAt - claims.issuedAt
  return life - Math.min(SPARE_SECONDS, life / 4)
}

/** The API server answers 401 without a reason. The reason is in its log. */
function refusedHint(audience: string, claims: TokenClaims | null): string {
  const told = claims === null ? [] : describeClaims(claims, DESCRIBED_CLAIMS)
  return [
    `its AuthenticationConfiguration must take GitHub's tokens for the audience ${quoted(audience)}, and its log shows the reason; the token says:`,
    ...told,
    '(an AuthenticationConfiguration to begin with: examples/authentication/structured.yaml)',
  ].join('\n')
}

// GitHub's OIDC tokens: where a job requests them, and one such request. The job needs the permission id-token: write
// (docs.github.com, "OpenID Connect reference"). A token has one audience and lives some minutes.

/** Address and credential with which a job requests its tokens. */
export interface TokenEndpoint {
  readonly url: URL
  readonly requestToken: Secret<string>
}

interface GithubToken {
  readonly token: Secret<string>
  readonly claims: TokenClaims
}

type Environment = Readonly<Record<string, string | undefined>>

const TRIES = 4
const FIRST_PAUSE_MS = 500
const ATTEMPT_MS = 15_000
const ANSWER = z.object({ value: z.string().min(1) })
const PERMISSION = `give the job this permission, and the job that calls it if it is a called workflow:
permissions:
  contents: read
  id-token: write`

/**
 * The endpoint of the current job. Throws CONFIG_AUTH_UNSUPPORTED if GitHub offers none, CONFIG_SERVER_INSECURE for an address that
 * is neither https nor on loopback. `cluster` is the name in the configuration.
 */
export function tokenEndpoint(environment: Environment, cluster: string): TokenEndpoint {
  const address = environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
  const requestToken = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''
  if (address === '' || requestToken === '') throw notOffered(environment, cluster)
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || url.username + url.password !== '')
    throw failure(
      'CONFIG_AUTH_UNSUPPORTED',
      'ACTIONS_ID_TOKEN_REQUEST_URL is not the address of a token service',
      'leave this variable as the runner sets it',
    )
  if (!isSecure(url))
    throw failure(
      'CONFIG_SERVER_INSECURE',
      `${url.origin}, where GitHub's OIDC tokens are asked for, is not https`,
      'a reader of the traffic could log in to the cluster with the token; leave ACTIONS_ID_TOKEN_REQUEST_URL as the runner sets it',
    )
  return { url, requestToken: new Secret(requestToken) }
}

function notOffered(environment: Environment, cluster: string): CountersignError {
  if (environment['GITHUB_ACTIONS'] === 'true')
    return failure(
      'CONFIG_AUTH_UNSUPPORTED',
      `clusters.${cluster}.auth is githubOidc, and GitHub offers this job no OIDC token`,
      PERMISSION,
    )
  return failure(
    'CONFIG_AUTH_UNSUPPORTED',
    `clusters.${cluster}.auth is githubOidc, which works only in a job of GitHub Actions`,
    'here log in with --kubeconfig FILE, which wins over the configuration',
  )
}

/**
 * A new token for this audience. Broken connections, 429 and 5xx are retried a few times. Throws CLUSTER_UNAUTHORIZED if GitHub
 * refuses, GITHUB_UNREACHABLE or GITHUB_ANSWER if GitHub fails.
 */
export async function mintToken(
  endpoint: TokenEndpoint,
  audience: string,
  clock: Clock,
): Promise<GithubToken> {
  const url = new URL(endpoint.url)
  url.searchParams.set('audience', audience)
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(url, endpoint.requestToken)
    } catch (cause) {
      if (cause instanceof CountersignError && cause.problem.code !== 'GITHUB_UNREACHABLE')
        throw cause
      if (attempt === TRIES) throw cause
      await clock.sleep(FIRST_PAUSE_MS * 2 ** attempt)
    }
  }
}

async function ask(url: URL, requestToken: Secret<string>): Promise<GithubToken> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${requestToken.reveal()}`,
      'user-agent': 'countersign',
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(ATTEMPT_MS),
  }).catch((cause: unknown) => {
    throw unreachable(url, describeCause(cause), cause)
  })
  const body = await response.text().catch((cause: unknown) => {
    throw unreachable(url, describeCause(cause), cause)
  })
  if (response.status === 429 || response.status >= 500)
    throw unreachable(url, `HTTP ${response.status}`)
  if (response.status !== 200)
    throw failure(
      'CLUSTER_UNAUTHORIZED',
      `GitHub gives this job no OIDC token (HTTP ${response.status})`,
      PERMISSION,
    )
  return readToken(url, body)
}

/** GitHub's answer is not attached as a cause: it may contain the token. */
function readToken(url: URL, body: string): GithubToken {
  const answer = ANSWER.safeParse(jsonOf(body))
  const claims = answer.success ? readClaims(answer.data.value) : null
  if (!answer.success || claims === null)
    throw failure('GITHUB_ANSWER', `${url.origin} answered something that is no OIDC token`)
  return { token: new Secret(answer.data.value), claims }
}

function unreachable(url: URL, why: string, cause?: unknown): CountersignError {
  return failure(
    'GITHUB_UNREACHABLE',
    `${url.origin} gives no OIDC token: ${why}`,
    'nothing is lost, run it again',
    cause,
  )
}
