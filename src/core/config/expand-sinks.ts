// Placeholders in sinks: {name} and {cluster} are replaced for one request on one cluster, and the result is checked.
import type { Place as FilePlace, Problem } from '../../domain/problem.ts'
import type { KubeconfigSink, Sink } from '../../domain/request/sink.ts'
import { shown } from '../../lib/source/hidden-characters.ts'
import { DNS_LABEL, DNS_SUBDOMAIN } from '../../lib/schema/text-rules.ts'

/** Values of the placeholders. */
export interface Standing {
  readonly name: string
  readonly cluster: string
}

/** The sink with its placeholders replaced. In names of GitHub secrets the values are upper case with underscores. */
export function expandSink(sink: Sink, standing: Standing): Sink {
  if (sink.kind === 'kubeconfig') return { ...sink, into: expandPlace(sink.into, standing) }
  return expandPlace(sink, standing)
}

type Place = Exclude<Sink, KubeconfigSink> | KubeconfigSink['into']

function expandPlace<P extends Place>(place: P, standing: Standing): P {
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

function isLoud(place: Place): boolean {
  return place.kind === 'githubSecret'
}

/** True if each cluster has a different sink: Secrets are in the cluster, all others must contain {cluster}. */
export function isPerCluster(sink: Sink): boolean {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  const texts = [
    'name' in place ? place.name : '',
    'environment' in place ? place.environment : '',
    'path' in place ? place.path : '',
  ]
  return place.kind === 'secret' || texts.some(text => text.includes('{cluster}'))
}

/** Names that fit as written may not fit once the placeholders are replaced. */
export function expandedFault(sink: Sink, at: FilePlace | null): Problem | null {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  const refused = (message: string): Problem => ({
    code: 'FILE_FIELD_VALUE',
    at,
    message: `with its placeholders replaced, ${message}`,
    hint: null,
  })
  if (place.kind === 'githubSecret' && !GITHUB_SECRET.test(place.name)) {
    return refused(`${shown(place.name)} is not the name of a GitHub secret`)
  }
  if (place.kind !== 'secret') return null
  if (!DNS_LABEL.pattern.test(place.namespace)) {
    return refused(`${shown(place.namespace)} ${DNS_LABEL.says}`)
  }
  if (DNS_SUBDOMAIN.pattern.test(place.name)) return null
  return refused(`${shown(place.name)} ${DNS_SUBDOMAIN.says}`)
}

const GITHUB_SECRET = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/

function replaced(text: string, { name, cluster }: Standing): string {
  return text.replaceAll('{name}', name).replaceAll('{cluster}', cluster)
}

function shout(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
