// The least privileges for plan, apply and the sinks of the current request files, each Secret by its name, as YAML to apply.
import { createHash } from 'node:crypto'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { leaseName } from '../../domain/cluster/controller-lease.ts'
import { REVOKER_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import type { Installation, SecretScope, Subject } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { isNonEmpty, mapped } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { applyRoles, guardRule, namespaceObject, serviceAccount } from './apply-identity.ts'
import type { ApplyRights } from './apply-identity.ts'
import { guardPolicyName } from '../../domain/cluster/grant.ts'
import { REVOKE } from '../../domain/cluster/revocation.ts'
import { RBAC, rolesWithBindings, leaderRules, manifestsText, rule } from './manifest-parts.ts'
import type { RbacRule } from './manifest-parts.ts'
import { grouped } from '../../domain/lists.ts'
import { placeOfSink } from '../../domain/request/sink.ts'

const NAME = 'countersign-apply'

/**
 * Namespace of the records; one ClusterRole (create and approve requests of the signers in use, bind the roles of their access), one Role for the records, one for
 * the client CA, and one for each namespace with sinks, which names each Secret. `requests` are those of this cluster.
 */
export function rbacManifests(
  cluster: ClusterConfig,
  requests: NonEmpty<EffectiveRequest>,
  subject: Subject,
  withBindings = false,
): string {
  const rights = rightsOfRequests(cluster, requests)
  const more = withBindings ? [bindingsRule(['list'])] : []
  return manifestsText([
    namespaceObject(cluster.recordNamespace),
    ...rolesWithBindings(applyRoles(NAME, rights, more), subject, suffixOf(subject)),
  ])
}

/** What the rights of apply for these requests of one cluster follow from. */
export function rightsOfRequests(
  { recordNamespace }: ClusterConfig,
  requests: NonEmpty<EffectiveRequest>,
): ApplyRights {
  const roles = requests.flatMap(({ access }) => access.map(({ clusterRole }) => clusterRole))
  return {
    recordNamespace,
    signers: sortedOnce(mapped(requests, ({ signerName }) => signerName)),
    accessRoles: [...new Set(roles)].toSorted(),
    live: null,
    secrets: secretScopes(requests),
  }
}

/** What the controller needs beside the rights of apply, for the same identity. */
export function controllerObjects({ cluster, owner, subject }: Installation): readonly Manifest[] {
  const name = `countersign-${owner}-controller`
  const rules = leaderRules([leaseName(owner)])
  return rolesWithBindings([{ namespace: cluster.recordNamespace, name, rules }], subject)
}

export function controllerManifests(installation: Installation): string {
  return manifestsText(controllerObjects(installation))
}

/** What countersign revoke needs, and no more. `subject`: null for a service account in the record namespace. */
export function revokerManifests(
  cluster: ClusterConfig,
  owner: string,
  subject: Subject | null,
): string {
  const name = `countersign-${owner}-revoker`
  const { recordNamespace: namespace } = cluster
  const who = subject ?? ownAccount(cluster, REVOKER_ACCOUNT)
  const rules = [
    rule('', 'configmaps', ['create', 'get', 'list']),
    rule(REVOKE.group, REVOKE.resource, [REVOKE.verb]),
  ]
  const guard = guardRule([guardPolicyName(owner, 'writes')])
  const roles = [
    {
      namespace: null,
      name,
      rules: [
        bindingsRule(['get', 'list', 'update', 'delete']),
        guard,
        rule('authorization.k8s.io', 'subjectaccessreviews', ['create']),
      ],
    },
    { namespace, name, rules },
  ]
  return manifestsText(
    [...serviceAccount(who), ...rolesWithBindings(roles, who, suffixOf(who))],
    ['RBAC has no patterns for names: this identity can delete every binding. It can create none.'],
  )
}

/** Users and groups have bindings of their own: to print the rights of the next one takes them from nobody. Names of users fit no object name. */
function suffixOf(subject: Subject): string {
  if (subject.kind === 'ServiceAccount') return ''
  const digest = createHash('sha256').update(`${subject.kind} ${subject.name}`).digest('hex')
  return `-${digest.slice(0, 10)}`
}

/** With the verb list a withdrawal can list the rights that its certificate still has. */
function bindingsRule(verbs: readonly string[]): RbacRule {
  return rule(RBAC, ['clusterrolebindings', 'rolebindings'], verbs)
}

function secretScopes(requests: readonly EffectiveRequest[]): readonly SecretScope[] {
  const targets = requests.flatMap(({ sinks }) => sinks.map(placeOfSink))
  const named = targets.flatMap(target =>
    target.kind === 'secret' ? [[target.namespace, target.name] as const] : [],
  )
  return [...grouped(named)]
    .map(([namespace, names]) => ({ namespace, names: sortedOnce(names) }))
    .toSorted((a, b) => a.namespace.localeCompare(b.namespace, 'en'))
}

function sortedOnce(texts: NonEmpty<string>): NonEmpty<string> {
  const sorted = [...new Set(texts)].toSorted()
  return isNonEmpty(sorted) ? sorted : texts
}
