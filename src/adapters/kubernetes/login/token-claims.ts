// What a JSON Web Token says of itself (RFC 7519), unverified: only to know its life, and to tell a person what it says.
import { z } from 'zod'
import { visible } from '../../../lib/source/hidden-characters.ts'

/** Seconds since 1970; everything else as it stands. */
export interface TokenClaims {
  readonly issuedAt: number
  readonly expiresAt: number
  readonly all: ReadonlyMap<string, unknown>
}

const CLAIMS = z.looseObject({ iat: z.number(), exp: z.number() })

/** Null for what is no token with a time of issue and an end. */
export function readClaims(token: string): TokenClaims | null {
  const [, payload] = token.split('.')
  try {
    const value: unknown = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8'))
    const claims = CLAIMS.parse(value)
    if (claims.exp <= claims.iat) return null
    return {
      issuedAt: claims.iat,
      expiresAt: claims.exp,
      all: new Map(Object.entries(claims)),
    }
  } catch {
    return null
  }
}

/** `name: "value"` for each of the claims, whole: what differs may be its end. One that the token does not have is told too. */
export function describeClaims({ all }: TokenClaims, names: readonly string[]): readonly string[] {
  return names.map(name => {
    const value = all.get(name)
    if (value === undefined) return `  ${name}: not there`
    return `  ${name}: ${visible(JSON.stringify(value))}`
  })
}
