// Tokens of a GitHub App: a JWT signed with its private key is exchanged for a token of its installation on one repository.
import { createPrivateKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import type { CountersignError } from '../../../domain/problem.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import { DATE, ID, understood } from './answer-shapes.ts'
import type { GithubAccess, TokenSource } from './github-api-access.ts'
import { Connection } from './github-connection.ts'

export interface GithubApp {
  /** App id or client id. */
  readonly id: string
  readonly key: Secret<KeyObject>
}

/** Names of permissions as the API has them (`pull_requests`), and their levels. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>

/** What the exchange of an App's JWT for a token needs from outside. */
export interface TokenExchange extends Pick<GithubAccess, 'apiUrl' | 'version'> {
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** Gets each new token before it is used. */
  readonly mask: (token: string) => void
  /** The most that a token may do. */
  readonly permissions: Permissions
}

/** GitHub refuses a JWT that is valid for longer than ten minutes, or issued in the future of its clock. */
const VALID_SECONDS = 540
const BACKDATED_SECONDS = 60
/** Tokens are valid for one hour. */
const RENEW_MS = 5 * 60_000
const INSTALLATION = z.object({ id: ID, permissions: z.record(z.string(), z.string()) })
const TOKEN = z.object({ token: z.string().min(1), expires_at: DATE })
const NEEDS = 'metadata: read'

/** Throws GITHUB_APP_KEY unless `pem` is an RSA private key in PEM without a passphrase. The error shows nothing of it. */
export function githubApp(id: string, pem: Secret<string>): GithubApp {
  try {
    const key = createPrivateKey(pem.reveal())
    if (key.asymmetricKeyType === 'rsa') return { id, key: new Secret(key) }
  } catch {
    // The cause could quote the key.
  }
  throw failure(
    'GITHUB_APP_KEY',
    `the private key of the GitHub App ${id} is not an RSA key in PEM without a passphrase`,
    'pass the whole .pem file that GitHub gave, with its line breaks: gh secret set APP_PRIVATE_KEY --env countersign < app.private-key.pem; at a terminal: export COUNTERSIGN_APP_PRIVATE_KEY="$(cat app.private-key.pem)"',
  )
}

/** The JWT with which the App logs in, valid for nine minutes from `now`. */
export function appJwt({ id, key }: GithubApp, now: Date): Secret<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  const claims = { iat: seconds - BACKDATED_SECONDS, exp: seconds + VALID_SECONDS, iss: id }
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(signed), key.reveal()).toString('base64url')
  return new Secret(`${signed}.${signature}`)
}

/**
 * Tokens of the App for one repository (owner/name), limited to it and to those of the permissions that the App has. One is used until
 * five minutes before its end, then the next is made. Sends nothing before the first call. Each call throws GITHUB_ codes.
 */
export function installationTokens(
  app: GithubApp,
  repository: string,
  exchange: TokenExchange,
): TokenSource {
  const { clock } = exchange
  let current: ReturnType<typeof newToken> | null = null
  return async () => {
    const before = current
    const held = before === null ? null : await before.catch(() => null)
    if (held !== null && held.endsAt.getTime() - clock.now().getTime() > RENEW_MS) return held.token
    // Another call may have begun the exchange in the meantime.
    if (current === null || current === before) current = newToken(app, repository, exchange)
    return (await current).token
  }
}

async function newToken(app: GithubApp, repository: string, exchange: TokenExchange) {
  const { clock, random, mask, permissions, ...access } = exchange
  const [owner = '', repo = ''] = repository.split('/')
  const token = async (): Promise<Secret<string>> => appJwt(app, clock.now())
  const connection = new Connection({ ...access, token }, clock, random)
  const doing = `find the installation of the GitHub App ${app.id} on ${repository}`
  const found = await connection.rest({
    route: '/repos/{owner}/{repo}/installation',
    parameters: { owner, repo },
    doing,
    needs: NEEDS,
    alsoTakes: [401, 404],
  })
  if (found.status !== 200) throw notInstalled(found.status, app, repository)
  const making = `make a token of the GitHub App ${app.id} for ${repository}`
  const installation = understood(INSTALLATION, found.data, doing)
  const { data } = await connection.send('POST', {
    route: '/app/installations/{installation_id}/access_tokens',
    parameters: { installation_id: installation.id, repositories: [repo] },
    body: { permissions: granted(permissions, installation.permissions) },
    doing: making,
    needs: NEEDS,
  })
  const made = understood(TOKEN, data, making)
  mask(made.token)
  return { token: new Secret(made.token), endsAt: made.expires_at }
}

/** GitHub refuses a token with more than the App has (422). The call that needs more then says which permission is missing. */
function granted(most: Permissions, has: Readonly<Record<string, string>>): Permissions {
  const both = Object.entries(most).flatMap(([name, level]) =>
    has[name] === undefined ? [] : [[name, has[name] === 'read' ? 'read' : level] as const],
  )
  return Object.fromEntries(both)
}

function notInstalled(status: number, { id }: GithubApp, repository: string): CountersignError {
  return status === 401
    ? failure(
        'GITHUB_UNAUTHORIZED',
        `GitHub does not accept the private key of the GitHub App ${id} (401)`,
        'app-id and private key must be of one App, and the clock of this machine must be right',
      )
    : failure(
        'GITHUB_NOT_FOUND',
        `the GitHub App ${id} is not installed on ${repository}`,
        `install it: Settings, Developer settings, GitHub Apps, Install App; choose ${repository}`,
      )
}
