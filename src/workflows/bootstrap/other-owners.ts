// Other owners in the cluster that use the same service account.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { NamespacedObject, SetupObjects } from '../../ports/setup-objects.ts'

const BINDING = /^countersign-(?<owner>.+)-apply$/

export interface OtherOwner {
  readonly owner: string
  readonly binding: NamespacedObject
}

/** From role bindings to our service account. If they may not be listed, the plan blocks all steps. */
export async function ownersOfAccount(
  objects: SetupObjects,
  { owner: own, subject, cluster }: Installation,
): Promise<readonly OtherOwner[]> {
  if (subject.kind !== 'ServiceAccount') return []
  const found = await objects.inNamespace('RoleBinding', cluster.recordNamespace)
  return (found === 'hidden' ? [] : found).flatMap(binding => {
    const owner = BINDING.exec(binding.name)?.groups?.['owner'] ?? own
    const isBound = binding.subjects.some(each => keyOf(each) === keyOf(subject))
    return isBound && owner !== own ? [{ owner, binding }] : []
  })
}

function keyOf(subject: { readonly [part: string]: string }): string {
  return [subject['kind'], subject['namespace'], subject['name']].join('/')
}
