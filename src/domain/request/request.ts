// A request: as a file, as what that file says, and as what one cluster shall sign after defaults.
import type { Pkcs10 } from '../cluster/certificate.ts'
import type { DistinguishedName, San } from './x500.ts'
import type { Place, Problem } from '../problem.ts'
import type { Usage } from './signer.ts'
import type { Sink } from './sink.ts'

/** A file as read, before anybody looked inside. */
export interface RequestFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Git's file mode, for example 100644 (regular) or 120000 (symbolic link). */
  readonly mode: string
  /** Git's object id of the bytes (40 hex digits). */
  readonly blob: string
  /** Differs from HEAD, or is not in it; null where there is no git. */
  readonly uncommitted: boolean | null
}

export type RequestFormat =
  'countersign' | 'openssl' | 'pkcs10' | 'csr-manifest' | 'cfssl' | 'cert-manager'

export type KeyAlgorithm = 'RSA' | 'ECDSA' | 'Ed25519'

/** The key countersign makes; cert-manager's words. `size` is null for Ed25519. */
export interface PrivateKeySpec {
  readonly algorithm: KeyAlgorithm
  readonly size: number | null
  readonly encoding: 'PKCS1' | 'PKCS8'
  readonly rotationPolicy: 'Always' | 'Never'
}

export type RenewBefore =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'percentage'; readonly percentage: number }

/** The issuer of a cert-manager Certificate (issuerRef, its defaults filled); the configuration says which signer stands for it. */
export interface IssuerRef {
  readonly name: string
  readonly kind: string
  readonly group: string
}

/** What one file says. A member is null where the file does not say it, so that defaults may. */
export interface RequestSpec {
  readonly clusters: readonly string[] | null
  readonly signerName: string | null
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  readonly usages: readonly Usage[] | null
  /** Seconds. */
  readonly duration: number | null
  readonly renewBefore: RenewBefore | null
  readonly privateKey: PrivateKeySpec | null
  /** The requester's own PKCS#10, verified. */
  readonly request: Pkcs10 | null
  /** Null in every format but cert-manager's. */
  readonly issuer: IssuerRef | null
  readonly reissue: number | null
  readonly withdraw: boolean | null
  readonly sinks: readonly Sink[] | null
}

/**
 * Where each member stands. Keys are dotted paths below spec (`usages[0]`, `subject.organizations[1]`); formats other
 * than ours use the same keys for what they say in their own words. `''` is the file as a whole.
 */
export type Places = ReadonlyMap<string, Place>

/** One request file, read. */
export interface CertificateRequest {
  readonly name: string
  readonly path: string
  readonly blob: string
  readonly format: RequestFormat
  readonly uncommitted: boolean | null
  readonly spec: RequestSpec
  readonly places: Places
  /** What the file says in vain, or differently from how it looks; not refused, but told. */
  readonly remarks: readonly Problem[]
}

export type RequestedKey =
  | { readonly kind: 'generated'; readonly spec: PrivateKeySpec }
  | { readonly kind: 'own'; readonly pkcs10: Pkcs10 }

/** What one cluster shall sign for one request: complete, after defaults. */
export interface EffectiveRequest {
  readonly name: string
  readonly path: string
  readonly blob: string
  readonly format: RequestFormat
  readonly uncommitted: boolean | null
  readonly places: Places
  /** What the file says in vain, or differently from how it looks. */
  readonly remarks: readonly Problem[]
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  readonly signerName: string
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  readonly usages: readonly Usage[]
  readonly durationSeconds: number
  readonly renewBefore: RenewBefore | null
  readonly key: RequestedKey
  readonly sinks: readonly Sink[]
  readonly reissue: number
  readonly withdraw: boolean
}

/** The place of a member, or of the nearest member around it that has one (`usages[3]` → `usages` → the file). */
export function placeOf(places: Places, member: string): Place | null {
  for (let path = member; path !== ''; path = around(path)) {
    const place = places.get(path)
    if (place !== undefined) return place
  }
  return places.get('') ?? null
}

/** `a.b[1]` → `a.b` → `a` → ''. */
function around(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')))
}
