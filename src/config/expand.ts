// Sinks as written → sinks of one request on one cluster: {name} and {cluster} replaced, and what comes out checked.
import type { Place, Problem } from '../domain/problem.ts'
import type { Sink } from '../domain/sink.ts'
import { shown } from '../source/characters.ts'
import { DNS_LABEL, DNS_SUBDOMAIN } from '../source/text-rules.ts'

/** What the placeholders stand for. */
export interface Standing {
  readonly name: string
  readonly cluster: string
}

/** The sink with its placeholders replaced. In names of GitHub secrets they are upper case with underscores. */
export function expandSink(sink: Sink, standing: Standing): Sink {
  const plain = (text: string): string => replaced(text, standing)
  switch (sink.kind) {
    case 'secret':
      return { ...sink, namespace: plain(sink.namespace), name: plain(sink.name) }
    case 'githubSecret':
      return {
        ...sink,
        environment: plain(sink.environment),
        name: replaced(sink.name, { name: shout(standing.name), cluster: shout(standing.cluster) }),
      }
    case 'artifact':
      return { ...sink, name: plain(sink.name) }
    case 'file':
      return { ...sink, path: plain(sink.path) }
    case 'kubeconfig':
      return { ...sink, into: expandTarget(sink.into, standing) }
  }
}

type Target = Extract<Sink, { kind: 'kubeconfig' }>['into']

function expandTarget(into: Target, standing: Standing): Target {
  if (into.kind === 'secret') {
    const { namespace, name } = into
    return { ...into, namespace: replaced(namespace, standing), name: replaced(name, standing) }
  }
  const sink = expandSink(into, standing)
  return sink.kind === 'githubSecret' || sink.kind === 'artifact' ? sink : into
}

/** True where the sink of each cluster is another one: Secrets live in the cluster, the rest must say {cluster}. */
export function isPerCluster(sink: Sink): boolean {
  switch (sink.kind) {
    case 'secret':
      return true
    case 'githubSecret':
      return saysCluster(sink.name) || saysCluster(sink.environment)
    case 'artifact':
      return saysCluster(sink.name)
    case 'file':
      return saysCluster(sink.path)
    case 'kubeconfig':
      return sink.into.kind === 'secret' || isPerCluster(sink.into)
  }
}

/** Where an expanded sink points, for finding two that would overwrite each other. */
export function sinkTarget(sink: Sink): string {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  switch (place.kind) {
    case 'secret':
      return `Secret ${place.namespace}/${place.name}`
    case 'githubSecret':
      return `GitHub secret ${place.repository} (${place.environment}) ${place.name}`
    case 'artifact':
      return `artifact ${place.name}`
    case 'file':
      return `file ${place.path}`
  }
}

/** Names that fit as written may not fit once the placeholders are replaced. */
export function expandedFault(sink: Sink, at: Place | null): Problem | null {
  const place = sink.kind === 'kubeconfig' ? sink.into : sink
  const refused = (message: string): Problem => ({
    code: 'REQUEST_FIELD_VALUE',
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

function saysCluster(text: string): boolean {
  return text.includes('{cluster}')
}
