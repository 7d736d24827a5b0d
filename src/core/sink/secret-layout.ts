// The layout of a Secret: its keys and bytes, and the annotations that lead back to the approved step.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { Chain } from '../../domain/cluster/certificate.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { secretOfSink } from '../../domain/request/sink.ts'
import type { SecretSink, Sink } from '../../domain/request/sink.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import type { SecretManifest, StoredSecret } from '../../domain/cluster/stored-secret.ts'
import { kubeconfigText } from '../../lib/source/kubeconfig-text.ts'
import type { ClientCertificate, KubeconfigLogin } from '../../lib/source/kubeconfig-text.ts'

const PREFIX = 'countersign.dev'

/** An issued certificate with everything that a sink needs. */
export interface DeliveryPayload {
  readonly approved: ApprovedStep<IssuingStep>
  readonly owner: string
  readonly n: number
  readonly chain: Chain
  /** PEM of the private key, null if the requester keeps it. */
  readonly key: Secret<string> | null
  /** PEM of the signer's CA, null if it is not known. */
  readonly signerCa: string | null
  /** The API server, for kubeconfigs; `ca` is PEM, null if the system's roots are used. */
  readonly server: { readonly url: string; readonly ca: string | null }
}

/** A Secret to write. */
export interface SecretPlace extends Omit<SecretSink, 'kind'> {
  readonly layout: SecretLayout
}

/** What a Secret holds: a certificate, a kubeconfig in the one key, or a cluster of Argo CD. */
export type SecretLayout =
  | { readonly kind: 'secret' }
  | { readonly kind: 'argocd' }
  | { readonly kind: 'kubeconfig'; readonly key: string }

/** Returns the Secret that a sink writes, null if the sink is of another kind. */
export function secretPlace(sink: Sink): SecretPlace | null {
  const place = secretOfSink(sink)
  if (place === null) return null
  if ('adopt' in place) return { ...place, layout: { kind: 'secret' } }
  const { key, format } = place
  const layout: SecretLayout = format === null ? { kind: 'kubeconfig', key } : { kind: format }
  return { ...place, layout, keystores: { pkcs12: null }, adopt: false }
}

/** Returns `kubernetes.io/tls` for a certificate with its key. Else `Opaque`: the first type requires both tls.crt and tls.key. */
export function secretType({ layout }: Pick<SecretPlace, 'layout'>, hasKey: boolean): string {
  return hasKey && layout.kind === 'secret' ? 'kubernetes.io/tls' : 'Opaque'
}

/**
 * Returns the Secret to apply. `more` holds keystores, whose bytes differ each time. Throws RangeError for a kubeconfig without a
 * key.
 */
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
    data: new Secret({ ...secretData(place, payload.approved.step, payload), ...more }),
  }
}

/** The parts of a payload that decide what a sink holds. */
export type Content = Pick<DeliveryPayload, 'chain' | 'key' | 'signerCa' | 'server'>

/**
 * Returns what a Secret holds without keystores: tls.crt, with tls.key and ca.crt if they are known; or a login. Throws RangeError
 * for a login without a key.
 */
export function secretData(
  { layout }: Pick<SecretPlace, 'layout'>,
  step: Pick<IssuingStep, 'request'>,
  content: Content,
): Readonly<Record<string, Uint8Array>> {
  if (layout.kind === 'argocd') return argoCluster(step, content)
  if (layout.kind === 'kubeconfig')
    return { [layout.key]: bytes(kubeconfigOf(step, content).reveal()) }
  const { chain, key, signerCa } = content
  const data: Record<string, Uint8Array> = { 'tls.crt': bytes(chainPem(chain)) }
  if (key !== null) data['tls.key'] = bytes(key.reveal())
  if (signerCa !== null) data['ca.crt'] = bytes(signerCa)
  return data
}

/**
 * Returns a kubeconfig that logs in with the issued certificate. Throws RangeError without a key: such requests are refused earlier
 * with SINK_NEEDS_KEY.
 */
export function kubeconfigOf(
  { request: { name, cluster } }: Pick<IssuingStep, 'request'>,
  { chain, key, server }: Content,
): Secret<string> {
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

/** The keys by which Argo CD describes a cluster (argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup, "Clusters"). */
function argoCluster(
  { request: { name, cluster } }: Pick<IssuingStep, 'request'>,
  { chain, key, server }: Content,
): Readonly<Record<string, Uint8Array>> {
  if (key === null) throw new RangeError(`a cluster of Argo CD for ${name} without its key`)
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const ca = server.ca === null ? {} : { caData: base64(server.ca) }
  const login = { certData: base64(chainPem(chain)), keyData: base64(key.reveal()) }
  const config = JSON.stringify({ tlsClientConfig: { insecure: false, ...ca, ...login } })
  return { name: bytes(cluster), server: bytes(server.url), config: bytes(config) }
}

/** Returns PEM of the leaf, then of the intermediates, in the order in which TLS peers send them (RFC 8446 §4.4.2). */
export function chainPem(chain: Chain): string {
  return [chain.leaf, ...chain.intermediates]
    .map(({ der }) => encodePem('CERTIFICATE', der))
    .join('')
}

/** The marks of a Secret that countersign wrote: for which request, and which effective request and attempt it holds. */
export interface Marks {
  readonly owner: string
  readonly request: string
  readonly cluster: string
  readonly effective: string
  readonly n: number
}

/**
 * Returns the marks of a Secret, null if owner, request or cluster is missing: then countersign did not write it. `effective` is
 * empty and `n` is NaN if their annotation is missing.
 */
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

// The kubeconfig of a certificate and its key, as sinks and `countersign kubeconfig` write it.

/** `cluster` is a name of the configuration, `user` the name of the request. */
export type ClientLogin = Omit<KubeconfigLogin, 'context' | 'login'> & ClientCertificate

/** User and context are called `user@cluster`: kubeconfigs get merged, and the first of two namesakes wins. */
export function clientKubeconfig(login: ClientLogin): Secret<string> {
  const { certificate, key, ...server } = login
  const name = `${login.user}@${login.cluster}`
  return kubeconfigText({ ...server, user: name, context: name, login: { certificate, key } })
}
