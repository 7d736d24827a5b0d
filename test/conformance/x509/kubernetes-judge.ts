// Kubernetes' own parser and validation of CertificateSigningRequests as a second opinion, asked about many at a time.
import { join } from 'node:path'
import { askProgram, goProgram } from '../../build/go-program.ts'

export interface KubernetesVerdict {
  readonly ok: boolean
  readonly error: string
  readonly name: string
  readonly signerName: string
  readonly usages: readonly string[]
  readonly expirationSeconds: number | null
  /** SHA-256 over the DER of the request. */
  readonly request: string
}

/** The built judge; null if it cannot be built. */
export const kubernetesJudge = goProgram({
  name: 'csr-judge',
  module: join(import.meta.dirname, '../../control-plane/go'),
  package: 'csr-judge',
  judges: 'what Kubernetes validates is not compared',
})

/** The result of kubectl and the API server for each of these manifests. */
export function askKubernetes(
  binary: string,
  texts: readonly string[],
): readonly KubernetesVerdict[] {
  return askProgram(
    binary,
    texts.map(text => `${JSON.stringify(text)}\n`).join(''),
    texts.length,
  ) as readonly KubernetesVerdict[]
}
