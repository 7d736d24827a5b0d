// Which sinks a run can write at all: known before anything is asked of a cluster.
import type { Problem } from '../domain/problem.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { Sink } from '../domain/sink.ts'

/** What a run has besides its clusters. */
export interface Ways {
  readonly artifacts: boolean
  readonly githubSecrets: boolean
  readonly files: boolean
}

type Fault = Omit<Problem, 'at'>

/** One problem for each sink that needs a way this run has not. */
export function impossibleSinks(
  { name, sinks, places }: EffectiveRequest,
  ways: Ways,
): readonly Problem[] {
  return sinks.flatMap((sink, index) => {
    const fault = impossible(sink, ways, name)
    return fault === null ? [] : [{ ...fault, at: placeOf(places, `sinks[${index}]`) }]
  })
}

/** Why the run cannot write the sink, null where it can. */
export function impossible(sink: Sink, ways: Ways, request: string): Fault | null {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  if (place.kind === 'artifact' && !ways.artifacts) return noRunner(place.name, request)
  if (place.kind === 'githubSecret' && !ways.githubSecrets)
    return noToken(`${place.repository} ${place.environment}/${place.name}`)
  return place.kind === 'file' && !ways.files ? inAction(place.path, request) : null
}

function noRunner(name: string, request: string): Fault {
  return {
    code: 'SINK_NO_RUNNER',
    message: `the artifact ${name} can only be written by a workflow run on GitHub, and this is none`,
    hint: `apply it there, or name a Secret in the request: sinks: [{secret: {namespace: …, name: ${request}-tls}}]`,
  }
}

function noToken(secret: string): Fault {
  return {
    code: 'SINK_TOKEN',
    message: `the GitHub secret ${secret} needs a token of a GitHub App or a person: the token of a job may write no secrets`,
    hint: `give an App the repository permission Environments: write, and the step its token:
  with:
    app-token: \${{ steps.app.outputs.token }}
(at a terminal: COUNTERSIGN_APP_TOKEN)`,
  }
}

function inAction(path: string, request: string): Fault {
  return {
    code: 'SINK_FILE_IN_ACTION',
    message: `the file ${path} would be on a machine that nobody keeps: files are written at the command line only`,
    hint: `name a Secret: sinks: [{secret: {namespace: …, name: ${request}-tls}}]`,
  }
}
