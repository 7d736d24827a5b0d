// What countersign installs in a cluster, compared with what is there; then one write for each difference.
import type { Installation } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { failure } from '../../domain/problem.ts'
import { differences } from '../../lib/kubernetes/object-differences.ts'
import type { SetupObjects, SetupWrite } from '../../ports/setup-objects.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { inOrderOfDeletion, installedObjects, namesOfOwner } from '../../setup/installed-objects.ts'
import { allOrNothing } from './cluster-rehearsal.ts'
import { HIDDEN, deletion, stepFor } from './cluster-step.ts'
import type { ClusterStep } from './cluster-step.ts'

/** Reads, and sends dry runs. If the login may not do one of the writes, all of them are blocked. */
export async function planCluster(
  objects: SetupObjects,
  installation: Installation,
  guard: GuardOptions,
): Promise<readonly ClusterStep[]> {
  const wanted = installedObjects(installation, guard)
  const [compared, former] = await Promise.all([
    Promise.all(wanted.map(async object => comparison(object, await objects.read(object)))),
    stepsToDelete(objects, installation.owner, wanted),
  ])
  return allOrNothing(objects, installation, guard, [...compared, ...former])
}

/**
 * Does the writes of one step. Where another run has written the same meanwhile, that is no failure. Throws CLUSTER_REFUSED if the
 * object was changed to something else since the plan, and other CLUSTER_ codes.
 */
export async function carryOutClusterStep(
  objects: SetupObjects,
  { what, writes }: Pick<ClusterStep, 'what' | 'writes'>,
): Promise<void> {
  for (const write of writes) {
    if ((await objects.write(write)) === 'done') continue
    const isSame =
      write.verb !== 'delete' &&
      comparison(write.object, await objects.read(write.object)).state === 'unchanged'
    if (!isSame)
      throw failure('CLUSTER_REFUSED', `${what} was changed by somebody else`, 'run it again')
  }
}

/** The step that makes the stored object equal to the wanted one. */
export function comparison(
  object: Manifest,
  live: Awaited<ReturnType<SetupObjects['read']>>,
): ClusterStep {
  const step = stepFor(object)
  if (live === null) return { ...step, state: 'create', writes: [{ verb: 'create', object }] }
  if (live === 'hidden') return { ...step, ...HIDDEN }
  if (live.metadata.deletionTimestamp !== undefined)
    return {
      ...step,
      state: 'blocked',
      details: ['is being deleted; run it again when it is gone'],
    }
  const details = differences(live, object)
  if (details.length === 0) return step
  // Kubernetes lets nobody change the role of a binding.
  const isOtherRole = details.some(detail => detail.startsWith('roleRef'))
  const again: readonly SetupWrite[] = [
    { verb: 'delete', live },
    { verb: 'create', object },
  ]
  const writes = isOtherRole ? again : [{ verb: 'update', object, live } as const]
  return { ...step, state: 'change', details, writes }
}

/** Deletes the rights and guards of this owner that are not among `wanted`, for example in a namespace that no policy names now. */
export async function stepsToDelete(
  objects: SetupObjects,
  owner: string,
  wanted: readonly Manifest[],
): Promise<readonly ClusterStep[]> {
  const keys = new Set(wanted.map(object => stepFor(object).id))
  const found = await Promise.all(
    namesOfOwner(owner).map(async ([kind, name]): Promise<readonly ClusterStep[]> => {
      const anywhere = stepFor({ kind, metadata: { name } })
      // An object without a namespace exists once.
      if (keys.has(anywhere.id)) return []
      const listed = await objects.named(kind, name)
      if (listed === 'hidden')
        return [{ ...anywhere, ...HIDDEN, what: `${anywhere.what} in other namespaces` }]
      return listed.filter(live => !keys.has(stepFor(live).id)).map(deletion)
    }),
  )
  return inOrderOfDeletion(found.flat())
}
