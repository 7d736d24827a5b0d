// Removal of what countersign installed in a cluster. What others use stays.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { ObjectName } from '../../domain/cluster/manifest.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { NamespacedObject, SetupObjects } from '../../ports/setup-objects.ts'
import { identityObjects } from '../../setup/rbac/apply-identity.ts'
import { approverObjects } from '../../setup/rbac/approver-identity.ts'
import { inOrderOfDeletion } from '../../setup/installed-objects.ts'
import { allOrNothing } from './cluster-rehearsal.ts'
import { stepsToDelete } from './cluster-setup.ts'
import { HIDDEN, deletionStep, stepFor } from './cluster-step.ts'
import type { ClusterStep } from './cluster-step.ts'
import { ownersOfAccount } from './other-owners.ts'

/**
 * Everything of this owner that is there, the bindings of its grants included. The guard is deleted first, since it protects the rest.
 * Namespaces stay, because they may hold anything. `kubectl`: with the flags that choose the cluster.
 */
export async function planRemoval(
  objects: SetupObjects,
  installation: Installation,
  kubectl: string,
): Promise<readonly ClusterStep[]> {
  const { owner, cluster, approver } = installation
  const home = [
    ...identityObjects(installation),
    ...(approver === null ? [] : approverObjects(installation, approver)),
  ].filter(({ kind }) => kind === 'Namespace' || kind === 'ServiceAccount')
  const [rights, records, others] = await Promise.all([
    stepsToDelete(objects, owner, [], true),
    objects.inNamespace('ConfigMap', cluster.recordNamespace),
    ownersOfAccount(objects, installation),
  ])
  const foreign =
    records === 'hidden'
      ? null
      : [...others.map(({ binding }) => binding), ...records.filter(isForeign(owner))]
  const own = await Promise.all(home.map(each => removal(objects, each, foreign, kubectl)))
  const steps = inOrderOfDeletion([...rights, ...own.flat()])
  return allOrNothing(objects, steps)
}

/** `foreign`: bindings and records of other owners in the namespace, null if they may not be listed. */
async function removal(
  objects: SetupObjects,
  object: ObjectName,
  foreign: readonly NamespacedObject[] | null,
  kubectl: string,
): Promise<readonly ClusterStep[]> {
  const live = await objects.read(object)
  if (live === null) return []
  const step = stepFor(object)
  const { name } = object.metadata
  if (object.kind === 'Namespace')
    return [
      {
        ...step,
        details: [`stays with all records; to delete both: ${kubectl} delete namespace ${name}`],
      },
    ]
  if (live === 'hidden' || foreign === null) return [{ ...step, ...HIDDEN }]
  if (foreign.length === 0) return [deletionStep(live)]
  const names = foreign.map(each => `${each.kind} ${each.name}`)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return [{ ...step, details: [`stays, because of ${names.slice(0, 3).join(', ')}${more}`] }]
}

/** Records and accounts of another owner use the same service accounts. */
function isForeign(owner: string) {
  return ({ labels }: NamespacedObject): boolean =>
    OWNER_LABEL in labels && labels[OWNER_LABEL] !== owner
}
