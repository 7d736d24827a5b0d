// The installation in one cluster, from countersign.yaml and the policies: identity, signers, and namespaces of Secrets.
import { sortedSet } from '../../domain/lists.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import type {
  Installation,
  InstalledSigner,
  SecretScope,
  Subject,
} from '../../domain/cluster/installation.ts'
import { checked, isNonEmpty, refuse, unplaced } from '../../domain/problem.ts'
import {
  APPLY_ACCOUNT,
  APPROVER_ACCOUNT,
  PLAN_ACCOUNT,
  ownAccount,
} from '../../domain/cluster/installation.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { isReservedRole } from '../../domain/request/access.ts'
import { placeOf } from '../../domain/request/request.ts'
import { isForPending } from '../../domain/request/policy.ts'
import type { Policy, SecretAllowance } from '../../domain/request/policy.ts'
import { mayBeWaived } from '../../core/policy/built-in/built-in-rules.ts'
import { domainWildcard, isDomainWildcard } from '../../lib/kubernetes/signer-name.ts'

/**
 * `subject`: the apply identity, null for the service account in the record namespace. Refused if no signer is named: rights
 * without names would cover every signer. `today` decides which exceptions are still in effect.
 */
export function installationOf(
  config: Config,
  policies: readonly Policy[],
  cluster: ClusterConfig,
  subject: Subject | null,
  today: Date,
): Checked<Installation> {
  const here = policies.filter(({ selector }) => selector.clusters?.includes(cluster.name) ?? true)
  // Pending requests of others are approved by an identity of its own.
  const about = here.filter(policy => !isForPending(policy.selector))
  const secrets = about.flatMap(secretAllowances)
  const namespaces = secrets.flatMap(({ namespaces: found }) => found)
  const signers = signersOf(config, about, cluster)
  const access = accessPlaces(config, about, today)
  const approved = sortedSet(
    here
      .filter(({ selector }) => isForPending(selector))
      .flatMap(each => each.selector.signerNames ?? []),
  )
  if (!isNonEmpty(signers)) return refuse(noSigner(config, cluster, approved))
  return checked(about.flatMap(inexpressible), () => ({
    owner: config.owner,
    cluster,
    subject: subject ?? ownAccount(cluster, APPLY_ACCOUNT),
    planner: subject === null ? ownAccount(cluster, PLAN_ACCOUNT) : null,
    signers,
    approver: isNonEmpty(approved)
      ? { subject: ownAccount(cluster, APPROVER_ACCOUNT), signers: approved }
      : null,
    secrets: scopesOf(secrets),
    secretPlaces: secrets.map(({ namespaces: where, names }) => ({ namespaces: where, names })),
    namespacePatterns: sortedSet(namespaces.filter(isPattern)),
    accessRoles: sortedSet(access.flatMap(each => each.clusterRoles)),
    accessPlaces: access,
    mayAdopt: secrets.some(({ mayAdopt }) => mayAdopt),
    emergency: config.emergency,
  }))
}

/** `approved`: signers of policies for pending requests only. */
function noSigner(
  { path }: Config,
  { name }: ClusterConfig,
  [first, ...others]: readonly string[],
): Problem {
  if (first === undefined)
    return unplaced(
      'CONFIG_SIGNER_MISSING',
      `neither ${path} nor a policy names a signer for the cluster ${name}`,
      `add it to ${path}: clusters.${name}.signers: {kubernetes.io/kube-apiserver-client: {}}`,
    )
  const signers = [first, ...others].map(signer => `${signer}: {}`).join(', ')
  return unplaced(
    'CONFIG_SIGNER_MISSING',
    `only policies for pending requests name a signer for the cluster ${name}`,
    `add to ${path}: clusters.${name}.signers: {${signers}}. Then the guard refuses other approvers of it`,
  )
}

/** Signers that the cluster lists, the defaults name and policies select. `example.com/*` is every signer of that domain. */
function signersOf(
  config: Config,
  policies: readonly Policy[],
  cluster: ClusterConfig,
): readonly InstalledSigner[] {
  const defaults = config.defaults.filter(({ spec }) => holdsFor(spec.clusters, config, cluster))
  const names = sortedSet([
    ...cluster.signers.map(({ name }) => name),
    ...defaults.flatMap(({ spec }) => spec.signerName ?? []),
    ...policies.flatMap(({ selector }) => (selector.signerNames ?? []).filter(isExpressible)),
  ])
  return names.map(name => ({ name, maxDurationSeconds: longest(name, policies, cluster) }))
}

/** The longest lifetime: the signer's limit, or the highest limit of all policies for the signer if that is lower. */
function longest(
  signer: string,
  policies: readonly Policy[],
  cluster: ClusterConfig,
): number | null {
  const cap = signerNamed(cluster, signer)?.maxDurationSeconds ?? null
  const about = policies.filter(({ selector }) =>
    (selector.signerNames ?? ['*']).some(name => isPattern(name) || name === signer),
  )
  const allowed = about.map(({ constraints }) => constraints.maxDuration)
  const known = allowed.filter(seconds => seconds !== null)
  const most = about.length > 0 && known.length === allowed.length ? [Math.max(...known)] : []
  const bounds = cap === null ? most : [cap, ...most]
  return bounds.length === 0 ? null : Math.min(...bounds)
}

function isExpressible(name: string): boolean {
  return !isPattern(name) || isDomainWildcard(name)
}

/** Rights have exact names and whole domains only. A lone * selects the same as no signerNames and names no signer. */
function inexpressible({ name: policy, selector, places }: Policy): readonly Problem[] {
  return (selector.signerNames ?? []).flatMap((name, index) =>
    isExpressible(name) || /^\*+$/.test(name)
      ? []
      : [
          {
            code: 'POLICY_SIGNER_PATTERN',
            at: placeOf(places, `spec.selector.signerNames[${index}]`),
            message: `the policy "${policy}" selects the signers "${name}", and rights in Kubernetes know exact names and whole domains only`,
            hint: `write each name, or the whole domain: signerNames: ["${domainWildcard(name).replace(/^[*.]+(?=[^/])/, '')}"]`,
          },
        ],
  )
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

/** Reserved roles only where an exception of today may waive the refusal: otherwise no request gets them. */
function accessPlaces(
  { exceptions }: Config,
  policies: readonly Policy[],
  today: Date,
): Installation['accessPlaces'] {
  const code = 'POLICY_ACCESS_RESERVED'
  return policies.flatMap(({ access, selector: { paths } }) =>
    access.map(({ clusterRoles, namespaces }) => ({
      clusterRoles: clusterRoles.filter(
        value => !isReservedRole(value) || mayBeWaived({ code, value }, paths, exceptions, today),
      ),
      namespaces,
    })),
  )
}

/** By namespace, with names if all of them are exact. */
function scopesOf(allowances: readonly SecretAllowance[]): readonly SecretScope[] {
  const namespaces = sortedSet(allowances.flatMap(({ namespaces: found }) => found))
  return namespaces
    .filter(namespace => !isPattern(namespace))
    .flatMap((namespace): readonly SecretScope[] => {
      const here = allowances.filter(({ namespaces: found }) => found.includes(namespace))
      const isExact = here.every(({ names }) => names !== null && !names.some(isPattern))
      const names = sortedSet(here.flatMap(({ names: found }) => found ?? []))
      if (!isExact) return [{ namespace, names: null }]
      return isNonEmpty(names) ? [{ namespace, names }] : []
    })
}

function isPattern(text: string): boolean {
  return text.includes('*')
}
