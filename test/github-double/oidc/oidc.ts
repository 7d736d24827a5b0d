// GitHub's OIDC provider on loopback: the issuer (discovery and keys) over https with its own CA, for the API server, and over plain
// http the address at which jobs request their tokens.
import { randomBytes, randomUUID } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import {
  createAuthority,
  newKeyPair,
  privateKeyPem,
  serverCertificate,
} from '../../../src/sandbox/signer/certificate-authority.ts'
import { jobClaims } from './oidc-job.ts'
import type { Claims, OidcJob } from './oidc-job.ts'
import { OidcKey } from './oidc-key.ts'

export interface OidcOptions {
  readonly now?: () => Date
  /** Lifetime of a token from its issue; GitHub's own is 300. */
  readonly lifetimeSeconds?: number
}

/** Environment variables of a job that may request tokens. */
export type JobEnvironment = Readonly<
  Record<
    'GITHUB_ACTIONS' | 'ACTIONS_ID_TOKEN_REQUEST_URL' | 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    string
  >
>

const DAY_MS = 86_400_000
/** Tokens are valid from ten minutes before their issue. */
const BACKDATED_SECONDS = 600

/** Starts the provider; it is ready when the promise resolves, and ends with `close()`. */
export async function startOidcProvider(options: OidcOptions = {}): Promise<OidcProvider> {
  const now = options.now ?? (() => new Date())
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
  const life = {
    notBefore: new Date(now().getTime() - DAY_MS),
    notAfter: new Date(now().getTime() + 30 * DAY_MS),
  }
  const authority = createAuthority({ name: 'oidc-issuer-ca', ...life }, random)
  const key = newKeyPair()
  const names = { dnsNames: ['localhost'], addresses: [Uint8Array.of(127, 0, 0, 1)] }
  const cert = serverCertificate(authority, key, { ...names, ...life }, random)
  const provider = new OidcProvider(authority.certificatePem, {
    now,
    lifetimeSeconds: options.lifetimeSeconds ?? 300,
    tls: { cert, key: privateKeyPem(key.privateKey) },
  })
  await provider.start()
  return provider
}

interface Parts extends Required<OidcOptions> {
  readonly tls: { readonly cert: string; readonly key: string }
}

export class OidcProvider {
  /** PEM of the CA of the issuer's certificate. */
  readonly caPem: string
  /** Requested audiences, in order. */
  readonly asked: string[] = []
  readonly #parts: Parts
  readonly #issuer: Server
  readonly #door: Server
  readonly #sockets = new Set<Socket>()
  readonly #jobs = new Map<string, OidcJob>()
  #key = new OidcKey()
  #issuerUrl = ''
  #doorUrl = ''

  constructor(caPem: string, parts: Parts) {
    this.caPem = caPem
    this.#parts = parts
    this.#issuer = createHttpsServer(parts.tls, (request, response) => {
      this.#tellIssuer(request, response)
    })
    this.#door = createHttpServer((request, response) => this.#giveToken(request, response))
  }

  async start(): Promise<void> {
    this.#issuerUrl = `https://127.0.0.1:${await this.#listen(this.#issuer)}`
    this.#doorUrl = `http://127.0.0.1:${await this.#listen(this.#door)}`
  }

  /** https URL, the `iss` of every token. */
  get issuer(): string {
    return this.#issuerUrl
  }

  /** Lets a job request its tokens. */
  jobEnvironment(job: OidcJob): JobEnvironment {
    const requestToken = randomBytes(24).toString('base64url')
    this.#jobs.set(requestToken, job)
    return {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.#doorUrl}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    }
  }

  /** Makes a token without a request; `changes` replace claims, `issuedAt` makes an old one. */
  mint(job: OidcJob, audience: string, changes: Claims = {}, issuedAt?: Date): string {
    const seconds = Math.floor((issuedAt ?? this.#parts.now()).getTime() / 1000)
    return this.#key.token({
      jti: randomUUID(),
      iss: this.issuer,
      aud: audience,
      ...jobClaims(job),
      iat: seconds,
      nbf: seconds - BACKDATED_SECONDS,
      exp: seconds + this.#parts.lifetimeSeconds,
      ...changes,
    })
  }

  /** Signs with another key from now on, and publishes only that one. */
  replaceKey(): void {
    this.#key = new OidcKey()
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const servers = [this.#issuer, this.#door]
    await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  }

  #tellIssuer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0]
    if (path === '/.well-known/openid-configuration') json(response, 200, this.#discovery())
    else if (path === '/.well-known/jwks') json(response, 200, { keys: [this.#key.jwk()] })
    else json(response, 404, { message: 'Not Found' })
  }

  #discovery(): object {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/.well-known/jwks`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'repository_id'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    }
  }

  #giveToken(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.#doorUrl)
    const requestToken = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const job = this.#jobs.get(requestToken ?? '')
    if (url.pathname !== '/idtoken') return json(response, 404, { message: 'Not Found' })
    if (job === undefined) return json(response, 401, { message: 'Unauthorized' })
    const [owner = ''] = job.repository.split('/')
    const audience = url.searchParams.get('audience') ?? `https://github.com/${owner}`
    this.asked.push(audience)
    const value = this.mint(job, audience)
    return json(response, 200, { count: value.length, value })
  }

  async #listen(server: Server): Promise<number> {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => resolve())
    })
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(text)
}
