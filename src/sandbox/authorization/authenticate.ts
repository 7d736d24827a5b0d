// Who a connection is: a client certificate, a bearer token, or nobody
// (k8s.io/apiserver/pkg/authentication/request/{x509,union,bearertoken,anonymous}). Dates are judged by the cluster's clock.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import { isSignedBy, readCertificate } from '../../lib/x509/x509-certificate.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, EXTENDED_KEY_USAGE_OIDS } from '../../lib/x509/oids.ts'
import { ANONYMOUS, authenticated } from './api-users.ts'
import type { User } from './api-users.ts'

/** Puts metadata.uid of a user into a certificate; built-in signers drop it. */
const KUBERNETES_UID = '1.3.6.1.4.1.57683.2'

export interface Credentials {
  /** DER of what the client presented in TLS, leaf first; empty where it presented nothing. */
  readonly certificates: readonly Uint8Array[]
  readonly authorization: string
}

export class Authenticator {
  readonly #authorities: readonly X509Certificate[]
  readonly #now: () => Date
  readonly #tokens = new Map<string, { readonly user: User; readonly isGood: () => boolean }>()
  /** Chains already read: a connection presents the same one with each request. */
  readonly #chains = new WeakMap<readonly Uint8Array[], Chain>()

  constructor(clientCertificateAuthorities: readonly Uint8Array[], now: () => Date) {
    this.#authorities = clientCertificateAuthorities.flatMap(der => {
      const read = readCertificate(der)
      return read.ok ? [read.value] : []
    })
    this.#now = now
  }

  addToken(token: string, user: User, isGood = () => true): void {
    this.#tokens.set(token, { user, isGood })
  }

  removeToken(token: string): void {
    this.#tokens.delete(token)
  }

  /** null is a 401. A refused certificate is forgiven where a token is good. */
  authenticate(credentials: Credentials): User | null {
    const certificate = this.#byCertificate(credentials.certificates)
    if (certificate.kind === 'user') return authenticated(certificate.user)
    const token = /^bearer +(.+)$/i.exec(credentials.authorization)?.[1]
    const known = token === undefined ? undefined : this.#tokens.get(token.trim())
    if (known !== undefined && known.isGood()) return authenticated(known.user)
    if (token !== undefined || certificate.kind === 'refused') return null
    return ANONYMOUS
  }

  #byCertificate(
    chain: readonly Uint8Array[],
  ): { readonly kind: 'user'; readonly user: User } | { readonly kind: 'none' | 'refused' } {
    if (chain.length === 0) return { kind: 'none' }
    const known = this.#chains.get(chain) ?? chainOf(chain)
    this.#chains.set(chain, known)
    const { leaf, intermediates, isSigned } = known
    if (leaf === null || !isForClients(leaf) || !this.#isTrusted(leaf, intermediates, isSigned))
      return { kind: 'refused' }
    const name = attributeValues(leaf.subject, ATTRIBUTE_OIDS.CN).at(-1) ?? ''
    return name === '' ? { kind: 'none' } : { kind: 'user', user: userOf(leaf, name) }
  }

  #isTrusted(
    certificate: X509Certificate,
    intermediates: readonly X509Certificate[],
    isSigned: typeof isSignedBy,
  ): boolean {
    const now = this.#now()
    if (now < certificate.notBefore || now > certificate.notAfter) return false
    if (this.#authorities.some(ca => now <= ca.notAfter && isSigned(certificate, ca))) return true
    return intermediates.some(
      (issuer, index) =>
        issuer.isCa &&
        isSigned(certificate, issuer) &&
        this.#isTrusted(issuer, intermediates.slice(index + 1), isSigned),
    )
  }
}

interface Chain {
  /** null where it cannot be read. */
  readonly leaf: X509Certificate | null
  readonly intermediates: readonly X509Certificate[]
  /** isSignedBy, which verifies each signature once. */
  readonly isSigned: typeof isSignedBy
}

function chainOf(chain: readonly Uint8Array[]): Chain {
  const [first, ...rest] = chain.map(der => readCertificate(der))
  const verified = new Map<X509Certificate, Map<X509Certificate, boolean>>()
  return {
    leaf: first?.ok === true ? first.value : null,
    intermediates: rest.flatMap(one => (one.ok ? [one.value] : [])),
    isSigned: (certificate, issuer) => {
      const known = verified.get(certificate) ?? new Map<X509Certificate, boolean>()
      verified.set(certificate, known)
      const answer = known.get(issuer) ?? isSignedBy(certificate, issuer)
      known.set(issuer, answer)
      return answer
    },
  }
}

/** clientAuth, any, or no extended key usage at all. */
function isForClients({ extendedKeyUsage }: X509Certificate): boolean {
  const good: readonly string[] = [
    EXTENDED_KEY_USAGE_OIDS.clientAuth,
    EXTENDED_KEY_USAGE_OIDS.anyExtendedKeyUsage,
  ]
  return extendedKeyUsage.length === 0 || extendedKeyUsage.some(usage => good.includes(usage))
}

function userOf(certificate: X509Certificate, name: string): User {
  return {
    name,
    uid: attributeValues(certificate.subject, KUBERNETES_UID)[0] ?? '',
    groups: attributeValues(certificate.subject, ATTRIBUTE_OIDS.O),
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.sha256}`] },
  }
}
