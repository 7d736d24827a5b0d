// A request in three forms: its file, the values of that file, and the effective request of one cluster after defaults.
import type { Code } from '../problem-codes.ts'
import type { Pkcs10 } from '../cluster/certificate.ts'
import type { Access } from './access.ts'
import type { DistinguishedName, San } from './x500.ts'
import type { Place, Problem } from '../problem.ts'
import type { Usage } from './usage.ts'
import type { Sink } from './sink.ts'

/** A file as read, before its content is parsed. */
export interface RequestFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Git's file mode, for example 100644 (regular) or 120000 (symbolic link). */
  readonly mode: string
  /** Git's object id of the bytes (40 hex digits). */
  readonly blob: string
  /** Differs from HEAD, or is not in HEAD; null without git. */
  readonly uncommitted: boolean | null
}

export type RequestFormat =
  'countersign' | 'openssl' | 'pkcs10' | 'csr-manifest' | 'cfssl' | 'cert-manager'

/** True for a format that no reviewer can read in the file. */
export function isOpaque(format: RequestFormat): boolean {
  return format === 'pkcs10' || format === 'csr-manifest'
}

export type KeyAlgorithm = 'RSA' | 'ECDSA' | 'Ed25519'

/** A key that countersign generates, in cert-manager's words. `size` is null for Ed25519. */
export interface PrivateKeySpec {
  readonly algorithm: KeyAlgorithm
  readonly size: number | null
  readonly encoding: 'PKCS1' | 'PKCS8'
  readonly rotationPolicy: 'Always' | 'Never'
}

export type RenewBefore =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'percentage'; readonly percentage: number }

/** The issuer of a cert-manager Certificate (issuerRef, with its defaults). The configuration names the signer for it. */
export interface IssuerRef {
  readonly name: string
  readonly kind: string
  readonly group: string
}

/** The values of one file. A member is null if the file does not set it, so that defaults can fill it. */
export interface RequestSpec {
  readonly clusters: readonly string[] | null
  readonly signerName: string | null
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  readonly usages: readonly Usage[] | null
  /** Seconds. */
  readonly duration: number | null
  readonly renewBefore: RenewBefore | null
  /** When its access ends; null in every format except our own. */
  readonly until: Date | null
  readonly privateKey: PrivateKeySpec | null
  /** The requester's own PKCS#10, verified. */
  readonly request: Pkcs10 | null
  /** Null in every format except cert-manager's. */
  readonly issuer: IssuerRef | null
  /** What the holder may do; null in every format except our own. */
  readonly access: readonly Access[] | null
  readonly reissue: number | null
  readonly withdraw: boolean | null
  readonly sinks: readonly Sink[] | null
}

/**
 * The place of each member. Keys are dotted paths below spec (`usages[0]`, `subject.organizations[1]`). Other formats use the same
 * keys for their own members. `''` is the whole file.
 */
export type Places = ReadonlyMap<string, Place>

/** One parsed request file. */
export interface CertificateRequest {
  readonly name: string
  readonly path: string
  readonly blob: string
  readonly format: RequestFormat
  readonly uncommitted: boolean | null
  readonly spec: RequestSpec
  readonly places: Places
  /** Parts of the file that have no effect, or another one than they seem to have. They are reported and not refused. */
  readonly remarks: readonly Problem[]
}

export type RequestedKey =
  | { readonly kind: 'generated'; readonly spec: PrivateKeySpec }
  | { readonly kind: 'own'; readonly pkcs10: Pkcs10 }

/** Where the group comes from to which access is bound. */
export function grantText({ kind }: Pick<RequestedKey, 'kind'>): string {
  return kind === 'own'
    ? 'the group countersign:… in the request, the same at renewals'
    : 'a group of its own, a new one with each certificate'
}

/** The request that one cluster has to sign: complete, after defaults. */
export interface EffectiveRequest extends Omit<CertificateRequest, 'spec'> {
  /** Name of the cluster in the configuration. */
  readonly cluster: string
  readonly signerName: string
  readonly subject: DistinguishedName
  readonly sans: readonly San[]
  readonly usages: readonly Usage[]
  readonly durationSeconds: number
  readonly renewBefore: RenewBefore | null
  /** No certificate ends later. Null for no end. */
  readonly until: Date | null
  readonly key: RequestedKey
  readonly sinks: readonly Sink[]
  /** What the holder may do; empty if countersign binds nothing. */
  readonly access: readonly Access[]
  readonly reissue: number
  readonly withdraw: boolean
}

export function memberProblem(
  code: Code,
  { places }: Pick<EffectiveRequest, 'places'>,
  member: string,
  message: string,
  hint: string | null,
): Problem {
  return { code, at: placeOf(places, member), message, hint }
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
