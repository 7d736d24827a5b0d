// The sinks that a run can write, known before any call to a cluster.
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import { importCommand } from '../../lib/source/shell-word.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formOf, sinkTarget, placeOfSink } from '../../domain/request/sink.ts'
import type { Form, Sink } from '../../domain/request/sink.ts'

/** The kinds of sink that a run can write in addition to those of its clusters. */
export interface SinkCapabilities {
  readonly artifacts: boolean
  readonly githubSecrets: boolean
  readonly files: boolean
}

/** For the plan of a pull request: files need a terminal. Apply checks whether there are a runner and a token. */
export const ON_GITHUB: SinkCapabilities = { artifacts: true, githubSecrets: true, files: false }

type Fault = Omit<Problem, 'at'>

const NOTHING_BESIDE: SinkCapabilities = { artifacts: false, githubSecrets: false, files: false }

/**
 * Why a controller without GitHub can store nothing of a request that was issued before; null if it can. Other sinks keep no Secret from
 * its renewal.
 */
export function emergencyFault(request: EffectiveRequest): Problem | null {
  if (request.sinks.some(sink => placeOfSink(sink).kind === 'secret')) return null
  return impossibleSinks(request, NOTHING_BESIDE)[0] ?? null
}

/**
 * Returns one problem for each sink that this run cannot write, at its place in the file, with a code of `impossible`; empty if it
 * can write all.
 */
export function impossibleSinks(
  request: EffectiveRequest,
  capabilities: SinkCapabilities,
): readonly Problem[] {
  return request.sinks.flatMap((sink, index) => {
    const fault = impossible(sink, capabilities, request)
    return fault === null ? [] : [{ ...fault, at: placeOf(request.places, `sinks[${index}]`) }]
  })
}

/**
 * Returns why the run cannot write the sink, null if it can: SINK_NO_RUNNER, SINK_TOKEN, SINK_FILE_IN_ACTION; or SINK_TOO_LARGE if
 * the names alone exceed GitHub's limit for a secret.
 */
export function impossible(
  sink: Sink,
  capabilities: SinkCapabilities,
  request: EffectiveRequest,
): Fault | null {
  const place = placeOfSink(sink)
  if (place.kind === 'artifact' && !capabilities.artifacts) return noRunner(place.name, request)
  if (place.kind === 'githubSecret' && !capabilities.githubSecrets)
    return noToken(`${place.repository} ${place.environment}/${place.name}`)
  if (place.kind === 'file' && !capabilities.files) return inAction(place.path, request)
  if (place.kind !== 'githubSecret') return null
  const least = leastBytes(request, formOf(sink))
  return least > LARGEST_SECRET ? sinkTooLarge(sinkTarget(sink), least) : null
}

/**
 * A lower bound in bytes: the names alone, in base64 for PEM, and in base64 twice for the other forms (a kubeconfig embeds the PEM
 * in base64).
 */
function leastBytes({ sans }: EffectiveRequest, form: Form): number {
  const names = sans.reduce((sum, san) => sum + ('value' in san ? san.value.length : 0), 0)
  return Math.floor(names * (form === 'pem' ? 4 / 3 : 16 / 9))
}

/** GitHub's limit for the value of a secret, in bytes. */
export const LARGEST_SECRET = 48 * 1024

/** Returns SINK_TOO_LARGE. The message gives `bytes` in KB of 1024 bytes. */
export function sinkTooLarge(target: string, bytes: number): Fault {
  return {
    code: 'SINK_TOO_LARGE',
    message: `${target} would be ${Math.ceil(bytes / 1024)} KB, and GitHub takes 48 KB`,
    hint: 'name a Secret or an artifact, or request fewer names',
  }
}

function noRunner(name: string, request: EffectiveRequest): Fault {
  return {
    code: 'SINK_NO_RUNNER',
    message: `the artifact ${name} can only be written by a workflow run on GitHub, and this is none`,
    hint: `merge it, so that a workflow run applies it, or ${nameSecret(request)}`,
  }
}

/** Only files in our own format can name sinks; for the others those of the defaults apply. */
function nameSecret({ format, path, name }: EffectiveRequest): string {
  const sinks = `sinks: [{secret: {namespace: …, name: ${name}-tls}}]`
  return format === 'countersign'
    ? `name a Secret in the request: ${sinks}`
    : `convert it to the countersign format, remove this file, and name a Secret: ${sinks}\n${importCommand(path)}`
}

function noToken(secret: string): Fault {
  return {
    code: 'SINK_TOKEN',
    message: `the GitHub secret ${secret} needs a token of a GitHub App or a person: the token of a job may write no secrets`,
    hint: `give an App the repository permission Environments: write, and the step its id and key:
  with:
    app-id: \${{ vars.APP_ID }}
    app-private-key: \${{ secrets.APP_PRIVATE_KEY }}
(at a terminal: COUNTERSIGN_APP_ID and COUNTERSIGN_APP_PRIVATE_KEY; or its token: app-token, COUNTERSIGN_APP_TOKEN)`,
  }
}

function inAction(path: string, request: EffectiveRequest): Fault {
  return {
    code: 'SINK_FILE_IN_ACTION',
    message: `the file ${path} would be on a machine that nobody keeps: files are written at the command line only`,
    hint: nameSecret(request),
  }
}
