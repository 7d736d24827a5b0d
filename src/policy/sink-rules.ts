// The sinks of a request against the list of one policy: a sink that no entry takes is denied.
import type { Policy, SecretAllowance, SinkAllowance } from '../domain/policy.ts'
import { placeOf } from '../domain/request.ts'
import type { Sink } from '../domain/sink.ts'
import { matchesAnyGlob } from '../source/glob.ts'
import type { PolicyCheck } from './request-rules.ts'
import { matchesAnyWildcard } from './wildcard.ts'

export const sinksAreAllowed: PolicyCheck = (policy, { request }) =>
  request.sinks.flatMap((sink, index) => {
    if (policy.sinks.some(entry => takes(entry, sink))) return []
    const message = `the policy "${policy.name}" does not allow the sink ${sinkText(sink)}`
    const at = placeOf(request.places, `sinks[${index}]`)
    return [{ code: 'POLICY_SINK' as const, at, message, hint: hintFor(policy, sink) }]
  })

/** What a kubeconfig goes into has no more fields than these; its other kinds are domain sinks. */
type Target = Sink | { readonly kind: 'secret'; readonly namespace: string; readonly name: string }

function takes(entry: SinkAllowance, sink: Target): boolean {
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
        recipientsFit(entry, sink.recipients)
      )
    case 'file':
      return sink.kind === 'file' && staysBelow(sink.path) && matchesAnyGlob(entry.paths, sink.path)
    default:
      return sink.kind === 'kubeconfig' && takes(entry.into, sink.into)
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

/** One recipient too many is one reader too many. */
function recipientsFit(
  entry: { readonly recipients: readonly string[]; readonly isPublic: boolean },
  recipients: readonly string[],
): boolean {
  if (recipients.length === 0) return entry.isPublic
  return recipients.every(recipient => entry.recipients.includes(recipient))
}

/** `out/**` must not take `out/../../etc`. */
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
