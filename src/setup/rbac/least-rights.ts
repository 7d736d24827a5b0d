// The least privileges for plan, apply and the sinks of the current request files, each Secret by its name, as YAML to apply.
import type { ClusterConfig } from '../../domain/request/config.ts'
import { leaseName } from '../../domain/cluster/controller-lease.ts'
import { REVOKER_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { isNonEmpty, mapped } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import {
  accessRules,
  clientCaRule,
  issuerRoles,
  namespaceObject,
  recordsRule,
  requestRules,
  serviceAccount,
} from './apply-identity.ts'
import { REVOKE } from '../../domain/cluster/revocation.ts'
import { RBAC, clusterRole, manifestsText, named, role, rule } from './manifest-parts.ts'

export type { Subject } from '../../domain/cluster/installation.ts'

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
  const signers = sortedOnce(mapped(requests, ({ signerName }) => signerName))
  const roles = requests.flatMap(({ access }) => access.map(({ clusterRole: name }) => name))
  return manifestsText([
    namespaceObject(cluster.recordNamespace),
    ...clusterRole(
      NAME,
      [
        ...requestRules(signers),
        ...accessRules([...new Set(roles)].toSorted()),
        ...(withBindings ? [bindingsRule(['list'])] : []),
      ],
      subject,
    ),
    ...role(cluster.recordNamespace, NAME, [recordsRule(roles.length > 0)], subject),
    ...role('kube-system', `${NAME}-client-ca`, [clientCaRule()], subject),
    ...issuerRoles(NAME, signers, subject),
    ...secretNames(requests).flatMap(([namespace, names]) =>
      role(namespace, `${NAME}-secrets`, [secretsRule(names)], subject),
    ),
  ])
}

/** What the controller needs beside the rights of apply, for the same identity: its Lease and Events. */
export function controllerObjects({ cluster, owner, subject }: Installation): readonly Manifest[] {
  const lease = rule('coordination.k8s.io', 'leases', ['create'])
  const own = named(rule('coordination.k8s.io', 'leases', ['get', 'update']), [leaseName(owner)])
  const events = rule('events.k8s.io', 'events', ['create'])
  const name = `countersign-${owner}-controller`
  return role(cluster.recordNamespace, name, [lease, own, events], subject)
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
  const bindings = bindingsRule(['get', 'list', 'update', 'delete'])
  const revocations = rule('', 'configmaps', ['create', 'get', 'list'])
  return manifestsText(
    [
      ...serviceAccount(who),
      ...clusterRole(name, [bindings], who),
      ...role(
        namespace,
        name,
        [revocations, rule(REVOKE.group, REVOKE.resource, [REVOKE.verb])],
        who,
      ),
    ],
    ['RBAC has no patterns for names: this identity can delete every binding. It can create none.'],
  )
}

/** With the verb list a withdrawal can list the rights that its certificate still has. */
function bindingsRule(verbs: readonly string[]): object {
  const both = ['clusterrolebindings', 'rolebindings']
  return { ...rule(RBAC, '', verbs), resources: both }
}

/** Server-side apply of a named object needs create and patch on that name alone. The verb list would show every Secret. */
function secretsRule(names: NonEmpty<string>): object {
  return named(rule('', 'secrets', ['get', 'create', 'patch', 'delete']), names)
}

function secretNames(
  requests: readonly EffectiveRequest[],
): readonly (readonly [string, NonEmpty<string>])[] {
  const byNamespace = new Map<string, NonEmpty<string>>()
  for (const { sinks } of requests)
    for (const sink of sinks) {
      const target = sink.kind === 'kubeconfig' ? sink.into : sink
      if (target.kind !== 'secret') continue
      const { namespace, name } = target
      byNamespace.set(namespace, [name, ...(byNamespace.get(namespace) ?? [])])
    }
  return [...byNamespace]
    .map(([namespace, names]) => [namespace, sortedOnce(names)] as const)
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
}

function sortedOnce(texts: NonEmpty<string>): NonEmpty<string> {
  const sorted = [...new Set(texts)].toSorted()
  return isNonEmpty(sorted) ? sorted : texts
}
