// What an artifact holds: the certificate with its intermediates and the CA that signed it, as they are; or, encrypted to its
// recipients, one file with whatever was asked for. A private key is never in an artifact that is not encrypted.
import type { Problem } from '../../domain/problem.ts'
import type { ArtifactSink, Form } from '../../domain/request/sink.ts'
import { chainPem } from './secret-layout.ts'
import type { DeliveryPayload } from './secret-layout.ts'

/** A file of an artifact, as text. */
export interface ArtifactText {
  readonly name: string
  readonly text: string
}

/** Why the sink may not be written, null where it may. `hasKey`: a private key would be in it. */
export function artifactProblem(
  { name, recipients }: ArtifactSink,
  form: Form,
  hasKey: boolean,
): Omit<Problem, 'at'> | null {
  if ((!hasKey && form === 'pem') || recipients.length > 0) return null
  return {
    code: 'SINK_RECIPIENTS',
    message: `the artifact ${name} would hold a private key, and everybody could read it who can read the repository`,
    hint: 'add recipients: [age1…], or name a Secret in sinks',
  }
}

/** `NAME.crt`: leaf, then intermediates; `ca.crt` where it is known. Never the key. */
export function artifactTexts({
  approved,
  chain,
  signerCa,
}: DeliveryPayload): readonly ArtifactText[] {
  const { name } = approved.step.request
  const certificate = { name: `${name}.crt`, text: chainPem(chain) }
  if (signerCa === null) return [certificate]
  // Somebody may be called ca.
  return [certificate, { name: name === 'ca' ? 'signer-ca.crt' : 'ca.crt', text: signerCa }]
}
