// Check of a request's sinks against the list of one policy: a sink that no entry allows is denied.
import type {
  ArtifactAllowance,
  Policy,
  SecretAllowance,
  SinkAllowance,
} from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Sink } from '../../domain/request/sink.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import type { PolicyCheck } from './allowed-request.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/**
 * One problem for each sink that no entry allows: SINK_PUBLIC if an entry would allow it in a repository that is not public, else
 * POLICY_SINK.
 */
export const sinksAreAllowed: PolicyCheck = (policy, { request, isPublic }) =>
  request.sinks.flatMap((sink, index) => {
    const isTaken = (place: Pick<Place, 'isPublic'>): boolean => {
      const hasKey = sink.kind === 'kubeconfig' || request.key.kind === 'generated'
      return policy.sinks.some(entry => takes(entry, sink, { ...place, hasKey }))
    }
    if (isTaken({ isPublic })) return []
    if (isTaken({ isPublic: false })) return [publicProblem(request, index, policy)]
    const message = `the policy "${policy.name}" does not allow the sink ${sinkText(sink)}`
    const at = placeOf(request.places, `sinks[${index}]`)
    return [{ code: 'POLICY_SINK' as const, at, message, hint: hintFor(policy, sink) }]
  })

/** A sink, or the place that a kubeconfig goes into: its Secret has only these fields. */
type Target = Sink | { readonly kind: 'secret'; readonly namespace: string; readonly name: string }

/** Whether the repository is public, and whether the sink would hold a private key. */
interface Place {
  readonly isPublic: boolean
  readonly hasKey: boolean
}

function takes(entry: SinkAllowance, sink: Target, place: Place): boolean {
  switch (entry.kind) {
    case 'secret':
      return (
        sink.kind === 'secret' &&
        matchesAnyWildcard(entry.namespaces, sink.namespace) &&
        fits(entry.names, sink.name) &&
        marksFit(entry, sink)
      )
    case 'githubSecret':
      return (
        sink.kind === 'githubSecret' &&
        matchesAnyWildcard(entry.repositories, sink.repository) &&
        fits(entry.environments, sink.environment) &&
        fits(entry.names, sink.name)
      )
    case 'artifact':
      return (
        sink.kind === 'artifact' &&
        fits(entry.names, sink.name) &&
        recipientsFit(entry, sink.recipients, place)
      )
    case 'file':
      return sink.kind === 'file' && staysBelow(sink.path) && matchesAnyGlob(entry.paths, sink.path)
    default:
      return sink.kind === 'kubeconfig' && takes(entry.into, sink.into, place)
  }
}

/** Labels, annotations and adoption decide who else gets the key, so each must be listed. */
function marksFit(entry: SecretAllowance, sink: Target & { readonly kind: 'secret' }): boolean {
  if (!('adopt' in sink)) return true
  const isListed = (
    patterns: readonly string[],
    marks: Readonly<Record<string, string>>,
  ): boolean => Object.keys(marks).every(key => matchesAnyWildcard(patterns, key))
  return (
    (entry.mayAdopt || !sink.adopt) &&
    isListed(entry.labels, sink.labels) &&
    isListed(entry.annotations, sink.annotations)
  )
}

function fits(patterns: readonly string[] | null, value: string): boolean {
  return patterns === null || matchesAnyWildcard(patterns, value)
}

/**
 * Every recipient must be listed, since each is a reader. Without recipients everybody who can read the repository is a reader. An
 * entry with `public: true` allows that; an entry without recipients does too, but for no key and in no public repository.
 */
function recipientsFit(
  entry: ArtifactAllowance,
  recipients: readonly string[],
  { isPublic, hasKey }: Place,
): boolean {
  if (recipients.length === 0)
    return entry.isPublic || (entry.recipients.length === 0 && !hasKey && !isPublic)
  return recipients.every(recipient => entry.recipients.includes(recipient))
}

function publicProblem({ places, name }: EffectiveRequest, index: number, policy: Policy): Problem {
  return {
    code: 'SINK_PUBLIC',
    at: placeOf(places, `sinks[${index}]`),
    message: `the certificate of ${name} would be an artifact of a public repository: anybody could download it and read its names`,
    hint: `name a Secret in sinks, or write artifact: {public: true} into the sinks of the policy "${policy.name}"`,
  }
}

/** `out/**` must not match `out/../../etc`. */
function staysBelow(path: string): boolean {
  return !path.split(/[/\\]/).includes('..')
}

function hintFor({ sinks }: Policy, { kind }: Sink): string {
  if (sinks.length === 0) return 'it allows no sinks at all'
  return sinks.some(entry => entry.kind === kind)
    ? `it allows other sinks of the kind ${kind}${kind === 'secret' ? ' (labels, annotations and adopt must be listed too)' : ''}`
    : `it allows no sinks of the kind ${kind}`
}

function sinkText(sink: Target): string {
  switch (sink.kind) {
    case 'secret':
      return `secret ${sink.namespace}/${sink.name}`
    case 'githubSecret':
      return `githubSecret ${sink.repository} ${sink.environment}/${sink.name}`
    case 'artifact':
      return `artifact ${sink.name} for ${sink.recipients.join(', ') || 'everybody'}`
    case 'file':
      return `file ${sink.path}`
    default:
      return `kubeconfig in ${sinkText(sink.into)}`
  }
}
