// Records that stay behind when the configuration names another record namespace.
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { SetupObjects } from '../../ports/setup-objects.ts'
import type { ClusterStep } from './cluster-step.ts'

/**
 * Returns the former record namespace, which loses the rights of apply, if it holds records or revocations of this owner, or if its
 * ConfigMaps may not be listed; else null. The Role there has the name of apply; that of a namespace of Secrets has another.
 */
export async function namespaceOfLeftRecords(
  objects: SetupObjects,
  owner: string,
  former: readonly ClusterStep[],
): Promise<string | null> {
  const isHome = ({ name }: ClusterStep['object']['metadata']): boolean =>
    name === `countersign-${owner}-apply`
  const homes = former.map(({ object }) => object.metadata).filter(isHome)
  const namespaces = new Set(homes.flatMap(({ namespace }) => namespace ?? []))
  for (const namespace of namespaces) {
    const maps = await objects.inNamespace('ConfigMap', namespace)
    if (maps === 'hidden' || maps.some(({ labels }) => labels[OWNER_LABEL] === owner))
      return namespace
  }
  return null
}
