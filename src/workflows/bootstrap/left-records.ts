// Records that stay behind when the configuration names another record namespace.
import { OWNER_LABEL } from '../../domain/cluster/record.ts'
import type { SetupObjects } from '../../ports/setup-objects.ts'
import type { ClusterStep } from './cluster-step.ts'

/**
 * Returns the first namespace that loses rights of this owner and holds its records or revocations, or whose ConfigMaps may not be
 * listed; null if there is none.
 */
export async function namespaceOfLeftRecords(
  objects: SetupObjects,
  owner: string,
  former: readonly ClusterStep[],
): Promise<string | null> {
  const namespaces = new Set(former.flatMap(({ object }) => object.metadata.namespace ?? []))
  for (const namespace of namespaces) {
    const maps = await objects.inNamespace('ConfigMap', namespace)
    if (maps === 'hidden' || maps.some(({ labels }) => labels[OWNER_LABEL] === owner))
      return namespace
  }
  return null
}
