// Removal of what countersign installed in a cluster. What others use stays.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { ObjectName } from '../../domain/cluster/manifest.ts'
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { NamespacedObject, SetupObjects } from '../../ports/setup-objects.ts'
import { identityObjects } from '../../setup/rbac/apply-identity.ts'
import { inOrderOfDeletion } from '../../setup/installed-objects.ts'
import { allOrNothing } from './cluster-rehearsal.ts'
import { stepsToDelete } from './cluster-setup.ts'
import { HIDDEN, deletion, stepFor } from './cluster-step.ts'
import type { ClusterStep } from './cluster-step.ts'

/**
 * Everything of this owner that is there. The guard is deleted first, since it protects the rest; the record namespace last.
 * Namespaces of Secrets stay.
 */
export async function planRemoval(
  objects: SetupObjects,
  installation: Installation,
): Promise<readonly ClusterStep[]> {
  const { owner, cluster } = installation
  const home = identityObjects(installation).filter(
    ({ kind }) => kind === 'Namespace' || kind === 'ServiceAccount',
  )
  const [rights, contents] = await Promise.all([
    stepsToDelete(objects, owner, []),
    objects.contents(cluster.recordNamespace),
  ])
  const foreign = contents === 'hidden' ? null : contents.filter(isForeign(owner, home))
  const others = await Promise.all(home.map(each => removal(objects, each, foreign)))
  const steps = inOrderOfDeletion([...rights, ...others.flat()])
  return allOrNothing(objects, installation, { approvers: [] }, steps)
}

const WITH_RECORDS = 'with the records of all certificates'

/** `foreign`: what else the record namespace holds, null if that may not be listed. */
async function removal(
  objects: SetupObjects,
  object: ObjectName,
  foreign: readonly NamespacedObject[] | null,
): Promise<readonly ClusterStep[]> {
  const live = await objects.read(object)
  if (live === null) return []
  const step = stepFor(object)
  if (live === 'hidden' || foreign === null) return [{ ...step, ...HIDDEN }]
  const users =
    object.kind === 'Namespace' ? foreign : foreign.filter(({ labels }) => OWNER_LABEL in labels)
  if (users.length === 0)
    return [{ ...deletion(live), details: object.kind === 'Namespace' ? [WITH_RECORDS] : [] }]
  const names = users.map(({ kind, name }) => `${kind} ${name}`)
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return [
    { ...step, details: [`stays: its namespace holds ${names.slice(0, 3).join(', ')}${more}`] },
  ]
}

function isForeign(owner: string, home: readonly ObjectName[]) {
  const ours = new Set(['default', ...home.map(({ metadata }) => metadata.name)])
  return ({ kind, name, labels }: NamespacedObject): boolean => {
    if (kind === 'ServiceAccount') return !ours.has(name)
    return kind !== 'ConfigMap' || (name !== 'kube-root-ca.crt' && labels[OWNER_LABEL] !== owner)
  }
}
