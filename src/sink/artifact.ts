// What an artifact holds: the certificate with its intermediates, and the CA that signed it. Whoever has the key needs no more.
import type { Problem } from '../domain/problem.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { ArtifactSink } from '../domain/sink.ts'
import { chainPem } from './layout.ts'
import type { Parcel } from './layout.ts'

/** A file of an artifact, as text. */
export interface ArtifactText {
  readonly name: string
  readonly text: string
}

/** One for each sink that only a workflow run can write. */
export function runnerProblems({ name, sinks, places }: EffectiveRequest): readonly Problem[] {
  return sinks.flatMap((sink, index) => {
    const place = sink.kind === 'kubeconfig' ? sink.into : sink
    if (place.kind !== 'artifact') return []
    return [{ ...noRunner(place, name), at: placeOf(places, `sinks[${index}]`) }]
  })
}

export function noRunner({ name }: ArtifactSink, request: string): Omit<Problem, 'at'> {
  return {
    code: 'SINK_NO_RUNNER',
    message: `the artifact ${name} can only be written by a workflow run on GitHub, and this is none`,
    hint: `apply it there, or name a Secret in the request: sinks: [{secret: {namespace: …, name: ${request}-tls}}]`,
  }
}

/** Why this version cannot write the sink, null where it can. `hasKey`: a private key would be in it. */
export function artifactProblem(
  { name, format, recipients }: ArtifactSink,
  hasKey: boolean,
): Omit<Problem, 'at'> | null {
  if (hasKey && recipients.length === 0)
    return {
      code: 'SINK_RECIPIENTS',
      message: `the artifact ${name} would hold a private key, and everybody could read it who can read the repository`,
      hint: 'name a Secret in sinks',
    }
  if (hasKey || recipients.length > 0)
    return {
      code: 'SINK_UNSUPPORTED',
      message: `this version encrypts no artifacts, so ${name} is not written`,
      hint: 'name a Secret in sinks; certificates without keys need no recipients',
    }
  if (format !== null && format !== 'pem')
    return {
      code: 'SINK_UNSUPPORTED',
      message: `this version writes artifacts as pem, not as ${format}`,
      hint: 'leave format out',
    }
  return null
}

/** `NAME.crt`: leaf, then intermediates; `ca.crt` where it is known. Never the key. */
export function artifactTexts({ approved, chain, signerCa }: Parcel): readonly ArtifactText[] {
  const { name } = approved.step.request
  const certificate = { name: `${name}.crt`, text: chainPem(chain) }
  if (signerCa === null) return [certificate]
  // Somebody may be called ca.
  return [certificate, { name: name === 'ca' ? 'signer-ca.crt' : 'ca.crt', text: signerCa }]
}
