// What countersign installs in a cluster, compared with what is there; then one write for each difference.
import { APPLY_ACCOUNT } from '../../domain/cluster/installation.ts'
import { grantPrefix, liveRole } from '../../domain/cluster/grant.ts'
import { grantOfBinding } from '../../domain/cluster/grant-binding.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { Manifest } from '../../domain/cluster/manifest.ts'
import { failure, usageFailure } from '../../domain/problem.ts'
import { differences } from '../../lib/kubernetes/object-differences.ts'
import type { SetupObjects, SetupWrite, StoredObject } from '../../ports/setup-objects.ts'
import {
  GUARD_BINDING,
  inOrderOfDeletion,
  installedObjects,
  isTokenGuard,
  namesOfOwner,
} from '../../setup/installed-objects.ts'
import type { InstallOptions } from '../../setup/installed-objects.ts'
import { REVOKED_AGAIN } from '../plan/setup-gap.ts'
import { allOrNothing } from './cluster-rehearsal.ts'
import { HIDDEN, deletionStep, stepFor } from './cluster-step.ts'
import type { ClusterStep } from './cluster-step.ts'
import { namespaceOfLeftRecords } from './left-records.ts'
import { ownersOfAccount } from './other-owners.ts'

/**
 * Reads, and sends dry runs. If the login may not do one of the writes, all of them are blocked. Throws RUN_USAGE if another owner
 * uses the same service account (the guard of each would refuse the other's writes), or if records of this owner would stay behind in
 * another namespace: nobody would read them, so what was revoked would be issued again.
 */
export async function planCluster(
  objects: SetupObjects,
  installation: Installation,
  options: InstallOptions,
): Promise<readonly ClusterStep[]> {
  const wanted = installedObjects(installation, options)
  const { owner, cluster, accessRoles } = installation
  const [other] = await ownersOfAccount(objects, installation)
  if (other !== undefined)
    throw usageFailure(
      `the service account ${APPLY_ACCOUNT} in namespace ${cluster.recordNamespace} of ${cluster.name} belongs to ${other.owner} (RoleBinding ${other.binding.name}), so ${owner} cannot use it`,
      `correct --repository; or set another recordNamespace for this cluster in countersign.yaml (to get this file first: countersign bootstrap --cluster ${cluster.name} --export .), and run it again`,
    )
  const [pairs, former] = await Promise.all([
    Promise.all(wanted.map(async object => ({ object, live: await objects.read(object) }))),
    stepsToDelete(objects, owner, wanted, options.isController, accessRoles.length > 0),
  ])
  const since = guardedSince(pairs)
  const left = await namespaceOfLeftRecords(objects, owner, former)
  if (left !== null)
    throw usageFailure(
      `records of ${owner} may be in namespace ${left} of ${cluster.name}, and countersign.yaml has recordNamespace: ${cluster.recordNamespace}, where nobody would know them or what was revoked`,
      `in countersign.yaml: recordNamespace: ${left}`,
    )
  const compared = pairs.map(({ object, live }) => withOwnTokens(object, live, since))
  const unasked = former.map(step =>
    step.state === 'delete' ? { ...step, details: UNASKED } : step,
  )
  const home = stepFor({ kind: 'Namespace', metadata: { name: cluster.recordNamespace } }).id
  const there = pairs.filter(({ live }) => live !== null && live !== 'hidden')
  const hasRights = there.some(({ object }) => object.kind === 'ClusterRole')
  const isLost = ({ id, state }: ClusterStep) => id === home && state === 'create' && hasRights
  const shown = compared.map(step => (isLost(step) ? { ...step, details: LOST } : step))
  return allOrNothing(objects, [...shown, ...unasked])
}

/** Namespaces are created before ClusterRoles. */
const LOST = [`is missing, and ClusterRoles of countersign exist: ${REVOKED_AGAIN}`]

/** Rights that only a checkout asks for are deleted too: nobody approved them, or the checkout is old. */
const UNASKED = [
  'no policy asks for it on the default branch, or without a token of GitHub in this checkout',
]

type Live = Awaited<ReturnType<SetupObjects['read']>>

/** Since when the guard protects tokens of the service accounts; null if it does not. */
function guardedSince(
  pairs: readonly { readonly object: Manifest; readonly live: Live }[],
): string | null {
  const binding = pairs.find(({ object }) => isTokenGuard(object) && object.kind === GUARD_BINDING)
  const live = binding?.live ?? null
  return live === null || live === 'hidden' ? null : live.metadata.creationTimestamp
}

/**
 * A service account that is older than the guard may have tokens that somebody made of it. A new account has another uid, which ends
 * them.
 */
function withOwnTokens(object: Manifest, live: Live, since: string | null): ClusterStep {
  const step = comparison(object, live)
  if (object.kind !== 'ServiceAccount' || live === null || live === 'hidden') return step
  const isYounger = since !== null && live.metadata.creationTimestamp >= since
  if (isYounger || step.state === 'blocked') return step
  return replacement(object, live, ['is older than the guard; its existing tokens become invalid'])
}

function replacement(
  object: Manifest,
  live: StoredObject,
  details: readonly string[],
): ClusterStep {
  const writes: readonly SetupWrite[] = [
    { verb: 'delete', live },
    { verb: 'create', object },
  ]
  return { ...stepFor(object), state: 'change', details, writes }
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
      throw failure('CLUSTER_REFUSED', `${what} was changed by another client`, 'run it again')
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
  if (isOtherRole) return replacement(object, live, details)
  return { ...step, state: 'change', details, writes: [{ verb: 'update', object, live }] }
}

const GRANT_BINDINGS = [
  ['ClusterRoleBinding', null],
  ['RoleBinding', null],
] as const

/**
 * Deletes the rights and guards of this owner that are not among `wanted`, for example in a namespace that no policy names now. The
 * bindings of its grants are deleted with the right to end them. Rights of a controller stay unless `isController`: a controller may be
 * running.
 */
export async function stepsToDelete(
  objects: SetupObjects,
  owner: string,
  wanted: readonly Manifest[],
  isController: boolean,
  hasAccess = false,
): Promise<readonly ClusterStep[]> {
  const keys = new Set(wanted.map(object => stepFor(object).id))
  const ofGrants = hasAccess ? [] : GRANT_BINDINGS
  const hasLive = wanted.some(({ metadata }) => metadata.name === liveRole(owner))
  const isKept = (name: string): boolean => hasLive && name.endsWith(`:${liveRole(owner)}`)
  const found = await Promise.all(
    [...namesOfOwner(owner, isController), ...ofGrants].map(
      async ([kind, name]): Promise<readonly ClusterStep[]> => {
        const anywhere = stepFor({ kind, metadata: { name: name ?? `${grantPrefix(owner)}…` } })
        // An object without a namespace exists once.
        if (keys.has(anywhere.id)) return []
        const listed = await objects.named(kind, name)
        if (listed === 'hidden')
          return [{ ...anywhere, ...HIDDEN, what: `${anywhere.what} in other namespaces` }]
        const isLeft = (live: StoredObject): boolean =>
          name !== null ||
          (grantOfBinding(owner, live.metadata.name) !== null && !isKept(live.metadata.name))
        return listed.filter(live => isLeft(live) && !keys.has(stepFor(live).id)).map(deletionStep)
      },
    ),
  )
  return inOrderOfDeletion(found.flat())
}
