// Sinks of a certificate. Another sink means another key holder, so sinks are part of what is approved.

/** A Secret in the cluster that signs. Controllers find and copy Secrets by labels and annotations. */
interface SecretTarget {
  readonly kind: 'secret'
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface SecretSink extends SecretTarget {
  readonly keystores: { readonly pkcs12: Pkcs12Keystore | null }
  /** Take over a Secret of that name that countersign did not write. */
  readonly adopt: boolean
}

export interface Pkcs12Keystore {
  readonly profile: string
  readonly passwordSecretRef: { readonly name: string; readonly key: string } | null
}

/** A kubeconfig in an Opaque Secret, or the same login as Argo CD reads it. */
export interface KubeconfigSecret extends SecretTarget {
  /** Of the Secret's data; Argo CD's names are its own. */
  readonly key: string
  readonly format: 'argocd' | null
}

export interface GithubSecretSink {
  readonly kind: 'githubSecret'
  readonly repository: string
  readonly environment: string
  readonly name: string
  readonly format: string | null
}

export interface ArtifactSink {
  readonly kind: 'artifact'
  readonly name: string
  readonly format: string | null
  readonly recipients: readonly string[]
}

export interface FileSink {
  readonly kind: 'file'
  readonly path: string
  readonly format: string | null
}

export interface KubeconfigSink {
  readonly kind: 'kubeconfig'
  readonly into: KubeconfigTarget
}

export type KubeconfigTarget = KubeconfigSecret | GithubSecretSink | ArtifactSink

export type Sink = SecretSink | KubeconfigSink | GithubSecretSink | ArtifactSink | FileSink

/** The place that a sink writes. */
export type SinkPlace = Exclude<Sink, KubeconfigSink> | KubeconfigTarget

export function placeOfSink(sink: Sink): SinkPlace {
  return sink.kind === 'kubeconfig' ? sink.into : sink
}

/** The Secret that a sink writes, null for other sinks. */
export function secretOfSink(sink: Sink): SecretSink | KubeconfigSecret | null {
  const place = placeOfSink(sink)
  return place.kind === 'secret' ? place : null
}

/** The target of a sink: two sinks with the same target would overwrite each other. */
export function sinkTarget(sink: Sink): string {
  const place = placeOfSink(sink)
  if (place.kind === 'secret') return `Secret ${place.namespace}/${place.name}`
  if (place.kind === 'artifact') return `artifact ${place.name}`
  if (place.kind === 'file') return `file ${place.path}`
  return `GitHub secret ${place.repository} (${place.environment}) ${place.name}`
}

/** `kubeconfig`, `kubeconfig (key value)` or `cluster of Argo CD`. */
export function loginWords(into: KubeconfigTarget): string {
  if (into.kind !== 'secret') return 'kubeconfig'
  if (into.format === 'argocd') return 'cluster of Argo CD'
  return into.key === 'kubeconfig' ? 'kubeconfig' : `kubeconfig (key ${into.key})`
}

/** The content of a sink: PEM, or one of the two forms that are useless without the key. */
export type Form = 'pem' | 'kubeconfig' | 'pkcs12'

export function formOf(sink: Sink): Form {
  if (sink.kind === 'kubeconfig') return 'kubeconfig'
  if (sink.kind === 'secret') return 'pem'
  return sink.format === 'pkcs12' ? 'pkcs12' : 'pem'
}

/** Facts kept of a sink that can be written and never read. */
export interface SealedSink {
  /** From `sinkTarget`. */
  readonly target: string
  /** GitHub's id of the key that sealed the value. */
  readonly keyId: string
  /** SHA-256 of the sealed value, lower-case hex. */
  readonly sha256: string
  /** GitHub's time of the last write. A later time means that another writer changed it. */
  readonly updatedAt: Date
}
