// The namespaces and rights that a cluster lacks for a run, as one problem with the commands that add them.
import { APPLY_ACCOUNT, PLAN_ACCOUNT, ownAccount } from '../../domain/cluster/installation.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import {
  ADMIN,
  clusterFlag,
  createdAgain,
  installCommand,
  shellWord,
} from '../../lib/source/shell-word.ts'
import type { Cluster, ClusterIdentity, Right } from '../../ports/cluster.ts'
import { userName } from '../../setup/guard/guard-cel.ts'
import { rightsWords } from '../../setup/rbac/role-rights.ts'

/** For a lost namespace of the records. */
export const REVOKED_AGAIN =
  'if it existed before, its revocations are lost, too. Revoke again what was revoked: countersign revoke NAME'

export interface SetupGap {
  readonly namespaces: readonly string[]
  readonly rights: readonly Right[]
}

/** Throws CLUSTER_ codes. */
export async function setupGap(
  cluster: Pick<Cluster, 'lacks' | 'setupObjects'>,
  needed: readonly Right[],
): Promise<SetupGap> {
  const rights = await cluster.lacks(needed)
  return { rights, namespaces: (await unusableNamespaces(cluster, rights)).missing }
}

/** The namespaces of these rights that do not exist, and those that are being deleted. One that the login may not read is in neither. */
export async function unusableNamespaces(
  { setupObjects }: Pick<Cluster, 'setupObjects'>,
  rights: readonly Pick<Right, 'namespace'>[],
): Promise<Readonly<Record<'missing' | 'ending', readonly string[]>>> {
  const names = [...new Set(rights.flatMap(({ namespace }) => namespace ?? []))]
  const found = await Promise.all(
    names.map(name => setupObjects.read({ kind: 'Namespace', metadata: { name } })),
  )
  const isEnding = (live: (typeof found)[number] = null): boolean =>
    live !== null && live !== 'hidden' && 'deletionTimestamp' in live.metadata
  return {
    missing: names.filter((_, index) => found[index] === null),
    ending: names.filter((_, index) => isEnding(found[index])),
  }
}

export function endingProblem(name: string, cluster: Pick<Cluster, 'name' | 'kubectl'>): Problem {
  return unplaced(
    'CLUSTER_TERMINATING',
    `namespace ${name} is being deleted in ${cluster.name}, so nothing can be created in it`,
    createdAgain(name, cluster),
  )
}

const MAY_LOOK = 'a pull request shows its plan without this login; to let it apply,\n'

/** CLUSTER_FORBIDDEN if only this login lacks rights, else CLUSTER_NOT_SET_UP; null if nothing is missing. */
export function setupProblem(
  { namespaces, rights }: SetupGap,
  cluster: ClusterConfig,
  { username }: ClusterIdentity,
  kubectl = 'kubectl',
): Problem | null {
  // No Role can exist in a missing namespace.
  const asked = rights.filter(({ namespace = '' }) => !namespaces.includes(namespace))
  const missing = [
    ...(namespaces.length === 0 ? [] : [`there is no namespace ${namespaces.join(', ')}`]),
    ...(asked.length === 0 ? [] : [`${quoted(username)} may not ${rightsWords(asked)}`]),
  ]
  if (missing.length === 0) return null
  const isInstalled =
    cluster.auth.kind === 'githubOidc' || username === userName(ownAccount(cluster, APPLY_ACCOUNT))
  const [code, title] =
    isInstalled || namespaces.length > 0
      ? (['CLUSTER_NOT_SET_UP', `${cluster.name} is not set up for this run`] as const)
      : (['CLUSTER_FORBIDDEN', `this login cannot apply on ${cluster.name}`] as const)
  if (code === 'CLUSTER_FORBIDDEN' && username === userName(ownAccount(cluster, PLAN_ACCOUNT)))
    return unplaced(
      code,
      `the login ${username} only plans on ${cluster.name}`,
      `plan with it; after the merge, the login of ${APPLY_ACCOUNT} applies`,
    )
  const isAble = rights.length === 0
  const admin = isAble ? kubectl : ADMIN.kubectl
  const part = `rbac --user ${shellWord(username)}`
  const commands = [
    ...namespaces.map(name => `${admin} create namespace ${name}`),
    ...(isAble ? [] : [installCommand(part, { name: cluster.name, kubectl: admin })]),
  ]
  const hint =
    isInstalled && !isAble
      ? `countersign bootstrap${clusterFlag(cluster.name)} --kubeconfig ADMIN`
      : commands.join('\n')
  const isLost = namespaces.includes(cluster.recordNamespace)
  return unplaced(
    code,
    `${title}: ${missing.join('; ')}`,
    `${code === 'CLUSTER_FORBIDDEN' ? MAY_LOOK : ''}${isAble ? 'as an administrator of the cluster, with their context in place of this one:\n' : ADMIN.how}${hint}${isLost ? `\n${REVOKED_AGAIN}` : ''}`,
  )
}
