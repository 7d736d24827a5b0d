// A certificate and its key, read from a Secret that countersign wrote. Recovery and rotationPolicy Never use them.
import { hash } from 'node:crypto'
import { Secret } from '../../domain/request/secret-value.ts'
import type { StoredSecret } from '../../domain/cluster/stored-secret.ts'
import type { SecretPlace } from './secret-layout.ts'

export interface StoredPair {
  /** PEM, leaf first; empty if there is none. */
  readonly certificate: string
  /** PEM, null if there is none because the requester keeps it. */
  readonly key: Secret<string> | null
}

/**
 * Returns certificate and key as stored. Nothing is checked: the caller decides whether the two are readable and belong together.
 */
export function storedPair(
  stored: StoredSecret,
  { layout }: Pick<SecretPlace, 'layout'>,
): StoredPair {
  if (layout.kind !== 'secret') {
    const isArgo = layout.kind === 'argocd'
    const config = text(stored, isArgo ? 'config' : layout.key) ?? ''
    const members = isArgo ? ARGO_CD : KUBECONFIG
    return {
      certificate: decoded(config, members.certificate) ?? '',
      key: secret(decoded(config, members.key)),
    }
  }
  return { certificate: text(stored, 'tls.crt') ?? '', key: secret(text(stored, 'tls.key')) }
}

/** Our own kubeconfigs hold one user, and each value is on its own line; Argo CD's configuration is JSON. */
const KUBECONFIG = {
  certificate: /^ +client-certificate-data: ([A-Za-z0-9+/=]+)$/m,
  key: /^ +client-key-data: ([A-Za-z0-9+/=]+)$/m,
}

const ARGO_CD = {
  certificate: /"certData":"([A-Za-z0-9+/=]+)"/,
  key: /"keyData":"([A-Za-z0-9+/=]+)"/,
}

function decoded(config: string, member: RegExp): string | null {
  const found = member.exec(config)?.[1]
  return found === undefined ? null : Buffer.from(found, 'base64').toString('utf8')
}

function text(stored: StoredSecret, name: string): string | null {
  // A request names the key, which may be `constructor`.
  const bytes = new Map(Object.entries(stored.data.reveal())).get(name)
  return bytes === undefined ? null : new TextDecoder().decode(bytes)
}

function secret(text: string | null): Secret<string> | null {
  return text === null || text === '' ? null : new Secret(text)
}

/** SHA-256 of a private key as it is stored, lower-case hex. The record keeps it, so that an unchanged key is not decoded again. */
export function storedKeyDigest(key: Secret<string>): string {
  return hash('sha256', key.reveal())
}
