// countersign.yaml and the policies → what countersign is in one cluster: its identity, its signers, where its Secrets go.
import type { ClusterConfig, Config } from '../domain/config.ts'
import type { Installation, SecretScope, Subject } from '../domain/installation.ts'
import type { Policy, PolicySelector, SecretAllowance } from '../domain/policy.ts'

const APPLY = 'countersign-apply'
const PLAN = 'countersign-plan'

/** `subject`: who applies, null for the service account of the record namespace. */
export function installationOf(
  config: Config,
  policies: readonly Policy[],
  cluster: ClusterConfig,
  subject: Subject | null,
): Installation {
  const about = policies.filter(({ selector }) => selector.clusters?.includes(cluster.name) ?? true)
  const secrets = about.flatMap(secretAllowances)
  const namespaces = secrets.flatMap(({ namespaces: found }) => found)
  return {
    owner: config.owner,
    cluster,
    subject: subject ?? account(cluster, APPLY),
    planner: subject === null ? account(cluster, PLAN) : null,
    signers: signersOf(config, about, cluster),
    secrets: scopesOf(secrets),
    namespacePatterns: unique(namespaces.filter(isPattern)),
    mayAdopt: secrets.some(({ mayAdopt }) => mayAdopt),
  }
}

function account({ recordNamespace }: ClusterConfig, name: string): Subject {
  return { kind: 'ServiceAccount', namespace: recordNamespace, name }
}

/** Those the cluster lists, the defaults name and policies are about. */
function signersOf(
  config: Config,
  policies: readonly Policy[],
  cluster: ClusterConfig,
): Installation['signers'] {
  const defaults = config.defaults.filter(({ spec }) => holdsFor(spec.clusters, config, cluster))
  const names = unique([
    ...cluster.signers.map(({ name }) => name),
    ...defaults.flatMap(({ spec }) => spec.signerName ?? []),
    ...policies.flatMap(({ selector }) => exactSigners(selector)),
  ])
  return names.map(name => ({ name, maxDurationSeconds: longest(name, policies, cluster) }))
}

/** What the signer gives at most, or what every policy about it allows at most where that is less. */
function longest(
  signer: string,
  policies: readonly Policy[],
  { signers }: ClusterConfig,
): number | null {
  const cap = signers.find(({ name }) => name === signer)?.maxDurationSeconds ?? null
  const about = policies.filter(({ selector }) =>
    (selector.signerNames ?? ['*']).some(name => isPattern(name) || name === signer),
  )
  const allowed = about.map(({ constraints }) => constraints.maxDuration)
  const known = allowed.filter(seconds => seconds !== null)
  const most = about.length > 0 && known.length === allowed.length ? [Math.max(...known)] : []
  const bounds = cap === null ? most : [cap, ...most]
  return bounds.length === 0 ? null : Math.min(...bounds)
}

function exactSigners({ signerNames }: PolicySelector): readonly string[] {
  return (signerNames ?? []).filter(name => !isPattern(name))
}

function holdsFor(
  clusters: readonly string[] | null,
  { defaultCluster }: Config,
  { name }: ClusterConfig,
): boolean {
  return clusters === null
    ? defaultCluster === null || defaultCluster === name
    : clusters.includes(name)
}

function secretAllowances({ sinks }: Policy): readonly SecretAllowance[] {
  return sinks.flatMap(sink => {
    if (sink.kind === 'secret') return [sink]
    return sink.kind === 'kubeconfig' && sink.into.kind === 'secret' ? [sink.into] : []
  })
}

/** By namespace; the names where every one of them is exact. */
function scopesOf(allowances: readonly SecretAllowance[]): readonly SecretScope[] {
  const namespaces = unique(allowances.flatMap(({ namespaces: found }) => found))
  return namespaces
    .filter(namespace => !isPattern(namespace))
    .map(namespace => {
      const here = allowances.filter(({ namespaces: found }) => found.includes(namespace))
      const isExact = here.every(({ names }) => names !== null && !names.some(isPattern))
      const names = unique(here.flatMap(({ names: found }) => found ?? []))
      return { namespace, names: isExact ? names : null }
    })
}

function isPattern(text: string): boolean {
  return text.includes('*')
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}
