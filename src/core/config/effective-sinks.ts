// The sinks of a request after defaults for each cluster, checked by the rules of Kubernetes and GitHub.
import type { Place as FilePlace, Problem } from '../../domain/problem.ts'
import type { Places, RequestedKey } from '../../domain/request/request.ts'
import { placeOf } from '../../domain/request/request.ts'
import { formOf, sinkTarget, placeOfSink } from '../../domain/request/sink.ts'
import type { ArtifactSink, Form, SecretSink, Sink, SinkPlace } from '../../domain/request/sink.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { DNS_LABEL, DNS_SUBDOMAIN } from '../../lib/schema/text-rules.ts'

/** Facts that decide about sinks in addition to the sinks themselves. */
export interface SinkContext {
  readonly key: RequestedKey
  readonly clusters: readonly string[]
  /** Namespace of the default Secret, or null. */
  readonly namespace: string | null
  readonly places: Places
}

/**
 * The sinks as written, or the default: a Secret for a generated key, an artifact for a certificate whose key stays with the
 * requester. Null if a generated key would have no sink.
 */
export function writtenSinks(
  said: readonly Sink[] | null,
  context: SinkContext,
): readonly Sink[] | null {
  const { key, clusters, namespace } = context
  if (said !== null) return said.length === 0 && key.kind === 'generated' ? null : said
  if (key.kind === 'own') return [defaultArtifact(clusters.length > 1)]
  return namespace === null ? null : [defaultSecret(namespace)]
}

/** Faults of sinks as written, independent of clusters. */
export function sinkFaults(sinks: readonly Sink[], context: SinkContext): readonly Problem[] {
  const { key, clusters, places } = context
  const problems = sinks.flatMap((sink, index) => {
    const at = placeOf(places, `sinks[${index}].${sink.kind}`)
    const found: Problem[] = []
    if (clusters.length > 1 && !isPerCluster(sink)) {
      const message = `the same ${sinkTarget(sink)} would be written for each of ${clusters.join(', ')}`
      found.push({ code: 'SINK_PLACEHOLDER', at, message, hint: 'put {cluster} into its name' })
    }
    if (key.kind === 'generated' && isPlainArtifact(sink)) {
      const message = 'an artifact that holds a private key needs recipients'
      const hint = 'add recipients: [age1…], or name a Secret'
      found.push({ code: 'SINK_RECIPIENTS', at, message, hint })
    }
    return [...found, ...formFaults(sink, key).map(fault => ({ ...fault, at }))]
  })
  const unreadable = keyUnreadable(sinks, context)
  return unreadable === null ? problems : [...problems, unreadable]
}

/** The sinks of one cluster. Two sinks with one target would overwrite each other. */
export function expandedSinks(
  sinks: readonly Sink[],
  standing: Standing,
  places: Places,
): { readonly sinks: readonly Sink[]; readonly problems: readonly Problem[] } {
  const expanded = sinks.map(sink => expandSink(sink, standing))
  const targets = expanded.map(sinkTarget)
  const problems = expanded.flatMap((sink, index) => {
    const at = placeOf(places, `sinks[${index}].${sink.kind}`)
    const fault = expandedFault(sink, at)
    if (fault !== null) return [fault]
    const target = targets[index] ?? ''
    if (targets.indexOf(target) === index) return []
    const message = `two sinks write the ${target}`
    return [{ code: 'FILE_FIELD_VALUE' as const, at, message, hint: 'give one another name' }]
  })
  return { sinks: expanded, problems }
}

/** rotationPolicy Never reads the stored key before each renewal. Only Secrets can be read by every run. */
function keyUnreadable(sinks: readonly Sink[], { key, places }: SinkContext): Problem | null {
  if (key.kind === 'own' || key.spec.rotationPolicy === 'Always') return null
  if (sinks.some(sink => placeOfSink(sink).kind === 'secret')) return null
  return {
    code: 'SINK_KEY_UNREADABLE',
    at: placeOf(places, 'privateKey.rotationPolicy'),
    message: 'rotationPolicy Never needs a Secret that the key can be read from',
    hint: 'add a secret to the sinks, or let the key change',
  }
}

/** Refuses forms that need a key, a password or another version of countersign. */
function formFaults(sink: Sink, key: RequestedKey): readonly Omit<Problem, 'at'>[] {
  const keystore = sink.kind === 'secret' ? sink.keystores.pkcs12 : null
  const form = keystore === null ? formOf(sink) : 'pkcs12'
  if (key.kind === 'own' && form !== 'pem') return [needsKey(sink, form)]
  if (keystore === null) return []
  if (keystore.profile !== 'Modern2023')
    return [
      {
        code: 'SINK_UNSUPPORTED',
        message: `keystores of the profile ${keystore.profile} are not written: its encryption can be broken`,
        hint: 'leave profile out; OpenSSL 1.1, Java 11.0.12 and whatever is newer read Modern2023',
      },
    ]
  if (keystore.passwordSecretRef !== null) return []
  return [
    {
      code: 'SINK_PASSWORD',
      message: 'a keystore needs a password',
      hint: 'put one into a Secret of the same namespace, and name it: passwordSecretRef: {name: …, key: password}',
    },
  ]
}

function needsKey(sink: Sink, form: Form): Omit<Problem, 'at'> {
  return {
    code: 'SINK_NEEDS_KEY',
    message: `${sinkTarget(sink)} as ${form} would hold the private key, which stays with the requester`,
    hint: 'name a secret, an artifact or a GitHub secret as pem; countersign kubeconfig joins certificate and key',
  }
}

function isPlainArtifact(sink: Sink): boolean {
  const place = placeOfSink(sink)
  return place.kind === 'artifact' && place.recipients.length === 0
}

function defaultSecret(namespace: string): SecretSink {
  return {
    kind: 'secret',
    namespace,
    name: '{name}-tls',
    labels: {},
    annotations: {},
    keystores: { pkcs12: null },
    adopt: false,
  }
}

function defaultArtifact(isForSeveral: boolean): ArtifactSink {
  const name = isForSeveral ? '{name}-{cluster}' : '{name}'
  return { kind: 'artifact', name, format: null, recipients: [] }
}

// Placeholders in sinks: {name} and {cluster} are replaced for one request on one cluster, and the result is checked.

/** Values of the placeholders. */
interface Standing {
  readonly name: string
  readonly cluster: string
}

/** The sink with its placeholders replaced. In names of GitHub secrets the values are upper case with underscores. */
function expandSink(sink: Sink, standing: Standing): Sink {
  if (sink.kind === 'kubeconfig') return { ...sink, into: expandPlace(sink.into, standing) }
  return expandPlace(sink, standing)
}

function expandPlace<P extends SinkPlace>(place: P, standing: Standing): P {
  const plain = (text: string): string => replaced(text, standing)
  const loud = { name: shout(standing.name), cluster: shout(standing.cluster) }
  const name =
    'name' in place ? { name: replaced(place.name, isLoud(place) ? loud : standing) } : {}
  return {
    ...place,
    ...name,
    ...('namespace' in place && { namespace: plain(place.namespace) }),
    ...('environment' in place && { environment: plain(place.environment) }),
    ...('path' in place && { path: plain(place.path) }),
  }
}

function isLoud(place: SinkPlace): boolean {
  return place.kind === 'githubSecret'
}

/** True if each cluster has a different sink: Secrets are in the cluster, all others must contain {cluster}. */
function isPerCluster(sink: Sink): boolean {
  const place = placeOfSink(sink)
  const texts = [
    'name' in place ? place.name : '',
    'environment' in place ? place.environment : '',
    'path' in place ? place.path : '',
  ]
  return place.kind === 'secret' || texts.some(text => text.includes('{cluster}'))
}

/** Names that fit as written may not fit once the placeholders are replaced. */
function expandedFault(sink: Sink, at: FilePlace | null): Problem | null {
  const place = placeOfSink(sink)
  const refused = (message: string): Problem => ({
    code: 'FILE_FIELD_VALUE',
    at,
    message: `with its placeholders replaced, ${message}`,
    hint: null,
  })
  if (place.kind === 'githubSecret' && !GITHUB_SECRET.test(place.name)) {
    return refused(`${quoted(place.name)} is not the name of a GitHub secret`)
  }
  if (place.kind !== 'secret') return null
  if (!DNS_LABEL.pattern.test(place.namespace)) {
    return refused(`${quoted(place.namespace)} ${DNS_LABEL.says}`)
  }
  if (DNS_SUBDOMAIN.pattern.test(place.name)) return null
  return refused(`${quoted(place.name)} ${DNS_SUBDOMAIN.says}`)
}

const GITHUB_SECRET = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/

function replaced(text: string, { name, cluster }: Standing): string {
  return text.replaceAll('{name}', name).replaceAll('{cluster}', cluster)
}

function shout(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
