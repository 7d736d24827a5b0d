// Which bytes stand under which name in a Secret, and the annotations that lead back to the decision.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { Chain } from '../../domain/cluster/certificate.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { SecretSink, Sink } from '../../domain/request/sink.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import type { SecretManifest, StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { clientKubeconfig } from './kubeconfig-content.ts'

const PREFIX = 'countersign.dev'

/** What was issued, on its way to a sink. */
export interface DeliveryPayload {
  readonly approved: ApprovedStep<IssuingStep>
  readonly owner: string
  readonly n: number
  readonly chain: Chain
  /** PEM of the private key, null where the requester keeps it. */
  readonly key: Secret<string> | null
  /** PEM of the signer's CA, null where nobody told. */
  readonly signerCa: string | null
  /** The API server, for kubeconfigs. */
  readonly server: { readonly url: string; readonly ca: string | null }
}

/** A Secret to write: one of certificates, or one of a kubeconfig. */
export interface SecretPlace extends Omit<SecretSink, 'kind'> {
  readonly kind: 'secret' | 'kubeconfig'
}

/** The Secret that a sink writes, null where it writes another thing. */
export function secretPlace(sink: Sink): SecretPlace | null {
  if (sink.kind === 'secret') return sink
  if (sink.kind !== 'kubeconfig' || sink.into.kind !== 'secret') return null
  const { namespace, name } = sink.into
  const plain = { labels: {}, annotations: {}, keystores: { pkcs12: null }, adopt: false }
  return { kind: 'kubeconfig', namespace, name, ...plain }
}

/** `kubernetes.io/tls` with a key; without one, or with a kubeconfig, Opaque, since that type wants both. */
export function secretType({ kind }: Pick<SecretPlace, 'kind'>, hasKey: boolean): string {
  return hasKey && kind === 'secret' ? 'kubernetes.io/tls' : 'Opaque'
}

/** tls.crt, and tls.key and ca.crt where they are known; or kubeconfig. `more`: keystores, which are other bytes each time. */
export function secretManifest(
  place: SecretPlace,
  payload: DeliveryPayload,
  more: Readonly<Record<string, Uint8Array>> = {},
): SecretManifest {
  return {
    namespace: place.namespace,
    name: place.name,
    type: secretType(place, payload.key !== null),
    labels: { ...place.labels, [`${PREFIX}/owner`]: payload.owner },
    annotations: { ...place.annotations, ...provenance(payload) },
    data: new Secret({
      ...(place.kind === 'secret' ? pemData(payload) : configData(payload)),
      ...more,
    }),
  }
}

function pemData({ chain, key, signerCa }: DeliveryPayload): Record<string, Uint8Array> {
  const data: Record<string, Uint8Array> = { 'tls.crt': bytes(chainPem(chain)) }
  if (key !== null) data['tls.key'] = bytes(key.reveal())
  if (signerCa !== null) data['ca.crt'] = bytes(signerCa)
  return data
}

function configData(payload: DeliveryPayload): Record<string, Uint8Array> {
  return { kubeconfig: bytes(kubeconfigOf(payload).reveal()) }
}

/** The kubeconfig that logs in with what was issued. Throws RangeError without a key: such requests are refused before. */
export function kubeconfigOf({ approved, chain, key, server }: DeliveryPayload): Secret<string> {
  const { name, cluster } = approved.step.request
  if (key === null) throw new RangeError(`a kubeconfig for ${name} without its key`)
  return clientKubeconfig({
    cluster,
    server: server.url,
    serverCa: server.ca,
    user: name,
    certificate: chainPem(chain),
    key,
  })
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

function provenance(payload: DeliveryPayload): Record<string, string> {
  const { request, effective } = payload.approved.step
  return {
    [`${PREFIX}/request`]: request.name,
    [`${PREFIX}/cluster`]: request.cluster,
    [`${PREFIX}/path`]: request.path,
    [`${PREFIX}/effective`]: effective,
    [`${PREFIX}/attempt`]: String(payload.n),
    [`${PREFIX}/sha256`]: payload.chain.leaf.sha256,
    [`${PREFIX}/not-after`]: payload.chain.leaf.notAfter.toISOString(),
    [`${PREFIX}/proof`]: payload.approved.proof.digest,
  }
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
