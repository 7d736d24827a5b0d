// Claims of a JSON Web Token (RFC 7519), unverified. They are used only to know its lifetime and to show them to a person.
import { z } from 'zod'
import { jsonOf } from '../../../domain/json-text.ts'
import { withoutHidden } from '../../../lib/source/hidden-characters.ts'

/** Times in seconds since 1970; all other claims unchanged. */
export interface TokenClaims {
  readonly issuedAt: number
  readonly expiresAt: number
  readonly all: ReadonlyMap<string, unknown>
}

const CLAIMS = z.looseObject({ iat: z.number(), exp: z.number() })

/** Null for a text that is not a token with an issue time and an expiry. */
export function readClaims(token: string): TokenClaims | null {
  const [, payload = ''] = token.split('.')
  const claims = CLAIMS.safeParse(jsonOf(Buffer.from(payload, 'base64url').toString('utf8'))).data
  if (claims === undefined || claims.exp <= claims.iat) return null
  return { issuedAt: claims.iat, expiresAt: claims.exp, all: new Map(Object.entries(claims)) }
}

/** `name: "value"` for each of the claims, in full length: values may differ only at their end. A missing claim is listed too. */
export function describeClaims({ all }: TokenClaims, names: readonly string[]): readonly string[] {
  return names.map(name => {
    const value = all.get(name)
    if (value === undefined) return `  ${name}: not there`
    return `  ${name}: ${withoutHidden(JSON.stringify(value))}`
  })
}
