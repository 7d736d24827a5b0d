// Which bytes stand under which name in a Secret, and the annotations that lead back to the decision.
import type { ApprovedStep } from '../domain/approval.ts'
import type { Chain } from '../domain/certificate.ts'
import type { IssuingStep } from '../domain/plan.ts'
import type { SecretSink } from '../domain/sink.ts'
import { Secret } from '../domain/secret.ts'
import { encodePem } from '../x509/pem.ts'
import type { SecretManifest, StoredSecret } from '../domain/stored-secret.ts'

const PREFIX = 'countersign.dev'

/** What was issued, on its way to a sink. */
export interface Parcel {
  readonly approved: ApprovedStep<IssuingStep>
  readonly owner: string
  readonly n: number
  readonly chain: Chain
  /** PEM of the private key, null where the requester keeps it. */
  readonly key: Secret<string> | null
  /** PEM of the signer's CA, null where nobody told. */
  readonly signerCa: string | null
}

/** `kubernetes.io/tls` with a key; without one Opaque, since that type wants both. */
export function secretType(hasKey: boolean): string {
  return hasKey ? 'kubernetes.io/tls' : 'Opaque'
}

/** tls.crt, and tls.key and ca.crt where they are known. */
export function secretManifest(sink: SecretSink, parcel: Parcel): SecretManifest {
  const data: Record<string, Uint8Array> = { 'tls.crt': bytes(chainPem(parcel.chain)) }
  if (parcel.key !== null) data['tls.key'] = bytes(parcel.key.reveal())
  if (parcel.signerCa !== null) data['ca.crt'] = bytes(parcel.signerCa)
  return {
    namespace: sink.namespace,
    name: sink.name,
    type: secretType(parcel.key !== null),
    labels: { ...sink.labels, [`${PREFIX}/owner`]: parcel.owner },
    annotations: { ...sink.annotations, ...provenance(parcel) },
    data: new Secret(data),
  }
}

/** Leaf first, then the intermediates: what a TLS server or client sends. */
export function chainPem(chain: Chain): string {
  return [chain.leaf, ...chain.intermediates]
    .map(({ der }) => encodePem('CERTIFICATE', der))
    .join('')
}

/** What a Secret says of itself: whose it is, which decision and attempt it holds. Null where countersign did not write it. */
export interface Marks {
  readonly owner: string
  readonly request: string
  readonly cluster: string
  readonly effective: string
  readonly n: number
}

export function marksOf(stored: StoredSecret): Marks | null {
  const told = (name: string): string | undefined => stored.annotations[`${PREFIX}/${name}`]
  const owner = stored.labels[`${PREFIX}/owner`]
  const [request, cluster, effective, n] = [
    told('request'),
    told('cluster'),
    told('effective'),
    told('attempt'),
  ]
  if (owner === undefined || request === undefined || cluster === undefined) return null
  return { owner, request, cluster, effective: effective ?? '', n: Number(n ?? Number.NaN) }
}

function provenance(parcel: Parcel): Record<string, string> {
  const { request, effective } = parcel.approved.step
  return {
    [`${PREFIX}/request`]: request.name,
    [`${PREFIX}/cluster`]: request.cluster,
    [`${PREFIX}/path`]: request.path,
    [`${PREFIX}/effective`]: effective,
    [`${PREFIX}/attempt`]: String(parcel.n),
    [`${PREFIX}/sha256`]: parcel.chain.leaf.sha256,
    [`${PREFIX}/not-after`]: parcel.chain.leaf.notAfter.toISOString(),
    [`${PREFIX}/proof`]: parcel.approved.proof.digest,
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
