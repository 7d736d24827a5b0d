// The files of an artifact: certificate, intermediates and CA as plain text; or, with recipients, one encrypted file in the
// requested form. A private key is never in an artifact that is not encrypted.
import type { Problem } from '../../domain/problem.ts'
import type { ArtifactSink, Form } from '../../domain/request/sink.ts'
import { chainPem } from './secret-layout.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/** One file of an artifact, as text. */
export interface ArtifactText {
  readonly name: string
  readonly text: string
}

/**
 * Returns SINK_RECIPIENTS if a private key would be in an artifact without recipients: every reader of the repository can download
 * it. Null if the sink may be written. `hasKey`: a private key would be in it; a kubeconfig or keystore counts as holding one in
 * any case.
 */
export function artifactProblem(
  { name, recipients }: ArtifactSink,
  form: Form,
  hasKey: boolean,
): Omit<Problem, 'at'> | null {
  if ((!hasKey && form === 'pem') || recipients.length > 0) return null
  return {
    code: 'SINK_RECIPIENTS',
    message: `the artifact ${name} would hold a private key, and everyone who can read the repository could read it`,
    hint: 'add recipients: [age1…], or name a Secret in sinks',
  }
}

/**
 * Returns `NAME.crt` with the leaf, then the intermediates; and `ca.crt` if the signer's CA is known (`signer-ca.crt` for a request
 * named `ca`). Never the key.
 */
export function artifactTexts({
  approved,
  chain,
  signerCa,
}: DeliveryPayload): readonly ArtifactText[] {
  const { name } = approved.step.request
  const certificate = { name: `${name}.crt`, text: chainPem(chain) }
  if (signerCa === null) return [certificate]
  // A request may be named `ca`, and then its own file is `ca.crt`.
  return [certificate, { name: name === 'ca' ? 'signer-ca.crt' : 'ca.crt', text: signerCa }]
}
