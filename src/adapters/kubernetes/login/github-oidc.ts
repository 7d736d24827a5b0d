// Login for `auth: githubOidc`: tokens that GitHub mints for this job and this cluster's audience. Server and CA come from the
// configuration. Each opened cluster starts with its own token.
import type { ClusterConfig } from '../../../domain/request/config.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { remembered } from './authorization-header.ts'
import type { Credential } from './cluster-credential.ts'
import { mintToken, tokenEndpoint } from './github-oidc-token.ts'
import type { GithubToken } from './github-oidc-token.ts'
import { serverUrl } from './kubeconfig-login.ts'
import { requirePin } from './pinned-server.ts'
import { describeClaims } from './token-claims.ts'
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
    `its AuthenticationConfiguration must take GitHub's tokens for the audience ${shown(audience)}, and its log shows the reason; the token says:`,
    ...told,
    '(an AuthenticationConfiguration to begin with: examples/authentication/structured.yaml)',
  ].join('\n')
}
