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

export type KubeconfigTarget =
  | { readonly kind: 'secret'; readonly namespace: string; readonly name: string }
  | GithubSecretSink
  | ArtifactSink

export type Sink = SecretSink | KubeconfigSink | GithubSecretSink | ArtifactSink | FileSink
