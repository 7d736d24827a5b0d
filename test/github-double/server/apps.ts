// GitHub Apps: their login by JWT, as docs.github.com has it in "Generating a JSON Web Token (JWT) for a GitHub App", and the tokens of
// their installations, which are valid for one hour.
import { randomBytes, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { HttpRefusal } from './answer.ts'
import type { Permissions, TokenGrant } from './tokens.ts'

export interface AppState {
  readonly id: number
  readonly clientId: string
  readonly slug: string
  readonly publicKey: KeyObject
  /** Where it is installed, as `owner/name`. */
  readonly repositories: readonly string[]
  readonly permissions: Permissions
  readonly installationId: number
}

const HOUR_MS = 3_600_000
const LONGEST_SECONDS = 600

export class Apps {
  readonly #apps: AppState[] = []
  readonly #tokens: Map<string, TokenGrant>
  /** The clock of logins: that of the machine, since actions sign with it. */
  now = (): Date => new Date()

  constructor(tokens: Map<string, TokenGrant>) {
    this.#tokens = tokens
  }

  add(app: Omit<AppState, 'id' | 'clientId' | 'installationId'>): AppState {
    const id = 900_001 + this.#apps.length
    const added = { ...app, id, clientId: `Iv23li${id}`, installationId: id * 10 }
    this.#apps.push(added)
    return added
  }

  /** The App of a JWT, null if the token is none. Throws GitHub's 401. */
  login(token: string): AppState | null {
    const parts = token.split('.')
    if (parts.length !== 3) return null
    const [header, claims] = parts.slice(0, 2).map(decoded)
    const issuer = String(claims?.['iss'])
    const app = this.#apps.find(({ id, clientId }) => [String(id), clientId].includes(issuer))
    const signed = Buffer.from(parts.slice(0, 2).join('.'))
    const signature = Buffer.from(parts[2] ?? '', 'base64url')
    if (header?.['alg'] !== 'RS256' || app === undefined) throw undecodable()
    if (!verify('sha256', signed, app.publicKey, signature)) throw undecodable()
    const seconds = this.now().getTime() / 1000
    const [issuedAt, endsAt] = [claims?.['iat'], claims?.['exp']]
    if (typeof issuedAt !== 'number' || issuedAt > seconds)
      throw new HttpRefusal(401, "'Issued at' claim ('iat') must be an Integer in the past")
    if (typeof endsAt !== 'number' || endsAt <= seconds)
      throw new HttpRefusal(401, "'Expiration time' claim ('exp') must be in the future")
    if (endsAt > seconds + LONGEST_SECONDS)
      throw new HttpRefusal(401, "'Expiration time' claim ('exp') is too far in the future")
    return app
  }

  /** A token of the App that is limited to these repositories and permissions. */
  newToken(
    app: AppState,
    repositories: readonly string[],
    permissions: Permissions,
  ): { token: string; endsAt: Date } {
    const token = `ghs_${randomBytes(18).toString('hex')}`
    const endsAt = new Date(this.now().getTime() + HOUR_MS)
    const { slug } = app
    this.#tokens.set(token, { as: { app: slug }, permissions, repositories, endsAt })
    return { token, endsAt }
  }
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    throw undecodable()
  }
}

function undecodable(): HttpRefusal {
  return new HttpRefusal(401, 'A JSON web token could not be decoded')
}
