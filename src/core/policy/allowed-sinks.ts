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
import { loginWords, secretOfSink } from '../../domain/request/sink.ts'
import type {
  KubeconfigSecret,
  KubeconfigSink,
  SecretSink,
  Sink,
  SinkPlace,
} from '../../domain/request/sink.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import type { PolicyCheck } from './allowed-request.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/**
 * SINK_PUBLIC for a sink that an entry would allow in a repository that is not public. POLICY_SINK for each other sink that no entry
 * allows; if only labels, annotations or adoption of a Secret are not allowed, for each of these.
 */
export const sinksAreAllowed: PolicyCheck = (policy, { request, isPublic }) =>
  request.sinks.flatMap((sink, index) => {
    const isTaken = (place: Pick<Place, 'isPublic'>): boolean => {
      const hasKey = sink.kind === 'kubeconfig' || request.key.kind === 'generated'
      return policy.sinks.some(entry => takes(entry, sink, { ...place, hasKey }))
    }
    if (isTaken({ isPublic })) return []
    if (isTaken({ isPublic: false })) return [publicProblem(request, index, policy)]
    const marks = deniedMarks(policy, sink)
    if (marks.length > 0) return marks.map(mark => markProblem(mark, request, index, policy))
    const message = `the policy "${policy.name}" does not allow the sink ${sinkText(sink)}`
    const at = placeOf(request.places, `sinks[${index}]`)
    const hint = `it allows ${policy.sinks.map(entryText).join(', ') || 'no sinks at all'}`
    return [{ code: 'POLICY_SINK' as const, at, message, hint }]
  })

/** A sink, the place that a kubeconfig goes into, or a Secret without its marks. */
type Target =
  | SinkPlace
  | KubeconfigSink
  | { readonly kind: 'secret'; readonly namespace: string; readonly name: string }

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
        (!('labels' in sink) || marksBeyond(entry, sink).length === 0)
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

/** A label, an annotation or the adoption that an entry does not list. */
interface Mark {
  /** Below `sinks[n].secret`. */
  readonly member: string
  readonly text: string
  readonly hint: string
}

/** Labels, annotations and adoption decide who else gets the key, so each must be listed. */
function marksBeyond(entry: SecretAllowance, sink: SecretSink | KubeconfigSecret): readonly Mark[] {
  const unlisted = (member: 'labels' | 'annotations', word: string): readonly Mark[] =>
    Object.keys(sink[member])
      .filter(key => !matchesAnyWildcard(entry[member], key))
      .map(key => ({
        member: `${member}.${key}`,
        text: `the ${word} ${key}`,
        hint: `allowed ${member}: ${entry[member].join(', ') || 'none'}`,
      }))
  const adopt = {
    member: 'adopt',
    text: 'adopt: true',
    hint: 'remove it: the policy allows no adoption',
  }
  return [
    ...unlisted('labels', 'label'),
    ...unlisted('annotations', 'annotation'),
    ...('adopt' in sink && sink.adopt && !entry.mayAdopt ? [adopt] : []),
  ]
}

/** What alone keeps a Secret from the entry that comes closest; empty if no entry allows its namespace and name. */
function deniedMarks({ sinks }: Policy, sink: Sink): readonly Mark[] {
  const secret = secretOfSink(sink)
  if (secret === null) return []
  const { namespace, name } = secret
  const bare = { kind: 'secret', namespace, name } as const
  const found = sinks.flatMap(each => {
    const entry = sink.kind === 'kubeconfig' && each.kind === 'kubeconfig' ? each.into : each
    const isOfKind = (each.kind === 'kubeconfig') === (sink.kind === 'kubeconfig')
    return isOfKind &&
      entry.kind === 'secret' &&
      takes(entry, bare, { isPublic: false, hasKey: true })
      ? [marksBeyond(entry, secret)]
      : []
  })
  return found.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function markProblem(
  { member, text, hint }: Mark,
  { places, sinks }: EffectiveRequest,
  index: number,
  { name }: Policy,
): Problem {
  const sink = sinks[index]
  const where = sink === undefined ? '' : ` for the ${sinkText(sink)}`
  return {
    code: 'POLICY_SINK',
    at: placeOf(
      places,
      `sinks[${index}].${sink?.kind === 'kubeconfig' ? 'kubeconfig.' : ''}secret.${member}`,
    ),
    message: `the policy "${name}" does not allow ${text}${where}`,
    hint,
  }
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
    message: `the certificate of ${name} would be an artifact of a public repository: anyone could download it and read its names`,
    hint: `name a Secret in sinks, or write artifact: {public: true} into the sinks of the policy "${policy.name}"`,
  }
}

/** `out/**` must not match `out/../../etc`. */
function staysBelow(path: string): boolean {
  return !path.split(/[/\\]/).includes('..')
}

/** `secret (namespaces: apps; names: *-tls)` */
function entryText(entry: SinkAllowance): string {
  if (entry.kind === 'kubeconfig') return `kubeconfig in ${entryText(entry.into)}`
  const given = Object.entries<readonly string[] | string | boolean | null>({ ...entry })
  const members = given.flatMap(([member, value]) =>
    typeof value === 'object' && value !== null && value.length > 0
      ? [`${member}: ${value.join(', ')}`]
      : [],
  )
  const isPlain = entry.kind === 'artifact' && entry.recipients.length === 0 && !entry.isPublic
  const which = members.length === 0 ? '' : ` (${members.join('; ')})`
  return `${entry.kind}${which}${isPlain ? ' without a private key' : ''}`
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
      return `${loginWords(sink.into)} in ${sinkText(sink.into)}`
  }
}
