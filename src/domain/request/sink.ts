// Where a certificate goes. A changed sink is a changed key holder, so sinks are part of what is approved.

export interface SecretSink {
  readonly kind: 'secret'
  readonly namespace: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly keystores: { readonly pkcs12: Pkcs12Keystore | null }
  /** Take over a Secret of that name which countersign did not write. */
  readonly adopt: boolean
}

export interface Pkcs12Keystore {
  readonly profile: string
  readonly passwordSecretRef: { readonly name: string; readonly key: string } | null
}

/** A kubeconfig in an Opaque Secret, key `kubeconfig`. */
export interface KubeconfigSecret {
  readonly kind: 'secret'
  readonly namespace: string
  readonly name: string
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

/** Where a sink points: two sinks that point to one place would overwrite each other. */
export function sinkTarget(sink: Sink): string {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  if (place.kind === 'secret') return `Secret ${place.namespace}/${place.name}`
  if (place.kind === 'artifact') return `artifact ${place.name}`
  if (place.kind === 'file') return `file ${place.path}`
  return `GitHub secret ${place.repository} (${place.environment}) ${place.name}`
}

/** What is in a sink: PEM, or one of the two forms that are no good without the key. */
export type Form = 'pem' | 'kubeconfig' | 'pkcs12'

export function formOf(sink: Sink): Form {
  if (sink.kind === 'kubeconfig') return 'kubeconfig'
  if (sink.kind === 'secret') return 'pem'
  return sink.format === 'pkcs12' ? 'pkcs12' : 'pem'
}

/** What is remembered of a sink that can be written and never read. */
export interface SealedSink {
  /** As `sinkTarget` says it. */
  readonly target: string
  /** GitHub's id of the key it was sealed with. */
  readonly keyId: string
  /** SHA-256 of what was sealed, lower-case hex. */
  readonly sha256: string
  /** When GitHub says it was written last: later means by somebody else. */
  readonly updatedAt: Date
}
