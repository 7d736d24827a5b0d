// countersign restore in one cluster: what has to be right first, and the revocations that the restore lost.
import type { ClusterMarks, Remembered } from '../../domain/cluster/cluster-marks.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { Revoked } from '../../domain/cluster/revocation.ts'
import { caughtProblem, checked, CountersignError, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { Clusters } from '../../ports/cluster.ts'
import { guardObjects } from '../../setup/guard/guard-policies.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import type { AdministeredCluster } from '../../ports/administration.ts'
import { guardFindings } from '../doctor/guard-checks.ts'
import { gatherTargets, revokeIn } from './revoke.ts'

const ADMIN = 'log in as an administrator of the cluster'

/**
 * Returns the marks of a cluster that a run found restored, null for another one. Refuses with what `doctor` finds wrong in the guard, and
 * a login that may not approve for every signer of the installation. Throws CLUSTER_ codes.
 */
export async function restoredMarks(
  cluster: AdministeredCluster,
  installation: Installation,
  guard: GuardOptions,
): Promise<Checked<(ClusterMarks & { readonly lost: Remembered }) | null>> {
  const { marks = null } = await cluster.records.list().catch((cause: unknown) => {
    const problem = caughtProblem(cause)
    if (problem.code !== 'CLUSTER_FORBIDDEN') throw cause
    throw new CountersignError({ ...problem, hint: ADMIN }, cause)
  })
  const lost = marks?.lost ?? null
  if (marks === null || lost === null) return checked([], () => null)
  const signers = { group: 'certificates.k8s.io', resource: 'signers', verb: 'approve' }
  const rights = installation.signers.map(({ name }) => ({ ...signers, name }))
  const lacked = (await cluster.lacks(rights)).map(({ name = '' }) => name)
  const refusal = `this login may not approve for ${lacked.join(', ')}, so it may not confirm`
  const denied = lacked.length === 0 ? [] : [unplaced('CLUSTER_FORBIDDEN', refusal, ADMIN)]
  const found = await guardFindings(cluster, installation, guard)
  const wrong = found.filter(({ mark }) => mark === 'bad')
  const problems = wrong.map(each => unplaced('CLUSTER_RESTORED', each.message, each.paste))
  const objects = guardObjects(installation, guard)
  const read = await Promise.all(objects.map(each => cluster.setupObjects.read(each)))
  const hidden = read.includes('hidden')
    ? [
        unplaced(
          'CLUSTER_FORBIDDEN',
          'this login may not read the guard, so it may not confirm',
          ADMIN,
        ),
      ]
    : []
  return checked([...denied, ...hidden, ...problems], () => ({ ...marks, lost }))
}

/** Revokes as `countersign revoke` does. What fails is in the outcomes and in `failures`. Throws RUN_USAGE for what is no name. */
export async function revokeAgain(
  cluster: Installation['cluster'],
  owner: string,
  { revoked }: Remembered,
  clusters: Clusters,
  failures: Problem[],
): Promise<readonly Revoked[]> {
  const outcomes: Revoked[] = []
  for (const { what, value } of revoked) {
    const asked = what === 'request' ? { names: [value], grant: null } : { names: [], grant: value }
    const wanted = { ...asked, login: null }
    const place = await gatherTargets(cluster, owner, wanted, clusters, failures, false)
    if (place === null) continue
    failures.push(...place.failed)
    outcomes.push(...(await revokeIn(place)))
    await place.cluster.close()
  }
  return outcomes
}
