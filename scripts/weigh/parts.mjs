// The modules of each request format and each sink, as the start of their paths.

/** @type {readonly { readonly kind: 'format' | 'sink', readonly name: string, readonly paths: readonly string[] }[]} */
export const PARTS = [
  { kind: 'format', name: 'countersign', paths: ['src/core/request/own/'] },
  { kind: 'format', name: 'cert-manager', paths: ['src/core/request/cert-manager/'] },
  { kind: 'format', name: 'cfssl', paths: ['src/core/request/cfssl/'] },
  { kind: 'format', name: 'openssl', paths: ['src/core/request/openssl/'] },
  { kind: 'format', name: 'pkcs10', paths: ['src/core/request/pkcs10/'] },
  { kind: 'sink', name: 'secret', paths: ['src/adapters/kubernetes/objects/secret-store.ts'] },
  {
    kind: 'sink',
    name: 'githubSecret',
    paths: ['src/adapters/github/write/environment-secrets.ts', 'src/ports/github-secrets.ts'],
  },
  {
    kind: 'sink',
    name: 'artifact',
    paths: ['src/adapters/github/artifacts/', 'src/core/sink/artifact-content.ts'],
  },
  { kind: 'sink', name: 'file', paths: ['src/adapters/system/private-key-files.ts'] },
  { kind: 'sink', name: 'kubeconfig', paths: ['src/core/sink/secret-layout.ts'] },
  { kind: 'sink', name: 'pkcs12', paths: ['src/core/sink/keystore-content.ts'] },
]
