// The signing key of the OIDC issuer: RS256 tokens (RFC 7515) and the public key as JWKS (RFC 7517).
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Claims } from './oidc-job.ts'

export class OidcKey {
  readonly id: string
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    this.#privateKey = privateKey
    this.#publicKey = publicKey
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    this.id = createHash('sha256').update(spki).digest('hex').slice(0, 40).toUpperCase()
  }

  /** A signed token. */
  token(claims: Claims): string {
    const header = { typ: 'JWT', alg: 'RS256', kid: this.id, x5t: this.id }
    const signed = `${encoded(header)}.${encoded(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#privateKey).toString('base64url')}`
  }

  /** The public key. */
  jwk(): object {
    const { n, e } = this.#publicKey.export({ format: 'jwk' })
    return { kty: 'RSA', alg: 'RS256', use: 'sig', kid: this.id, n, e }
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
