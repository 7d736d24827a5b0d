// The records of a cluster, unless it was restored from a backup. Changes since the last run get a mark, which the run remembers.
import type { Remembered } from '../../domain/cluster/cluster-marks.ts'
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import { caughtProblem, failure } from '../../domain/problem.ts'
import type { CountersignError } from '../../domain/problem.ts'
import { NO_MARKS, isOlder, lostByRestore, nextMarks } from '../../core/control/restored-cluster.ts'
import { REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { ClusterMemory } from '../../ports/records.ts'

/**
 * Throws CLUSTER_RESTORED if the cluster lost what is remembered, or a run found that before and nobody confirmed it. A run with a memory
 * writes that into the cluster, and else the next mark. The cluster is written first: after a crash the memory is older, which is no
 * restore. Throws CLUSTER_ codes and RUN_FILES.
 */
export async function recordsUnlessRestored(
  cluster: Cluster,
  memory: ClusterMemory | null | undefined,
  namespaceAndOwner: readonly string[],
  tries = TRIES,
): ReturnType<Cluster['records']['list']> {
  const { name, server, serverCa } = cluster
  // A cluster that was created again has another CA, so nothing is remembered of it.
  const place = JSON.stringify([name, server, serverCa, ...namespaceAndOwner])
  // Before the records are read: so it is no newer than they are.
  const remembered = (await memory?.read(place)) ?? null
  const listed = await cluster.records.list()
  const { marks = null, records } = listed
  if (!memory) {
    if (marks?.lost) throw restored(name, marks.lost, '')
    return listed
  }
  const { revocations } = await cluster.revocations.list()
  const lost = lostByRestore(marks, remembered, revocations)
  if (lost === null) {
    const next = nextMarks(marks, records, revocations, memory.random)
    const stored = next === marks ? marks : await cluster.records.writeMarks(next)
    if (stored === null) return again()
    const seen = { marks: stored.marks.slice(-1), revoked: revocations.filter(isNamed) }
    // A run of the same memory may have been faster.
    if (!isOlder(seen, await memory.read(place))) await memory.write(place, seen)
    return listed
  }
  const found = { ...(marks ?? NO_MARKS), lost }
  if (JSON.stringify(marks?.lost) === JSON.stringify(lost)) throw restored(name, lost, '')
  const written = await cluster.records.writeMarks(found).catch(caughtProblem)
  if (written === null) return again()
  const why = 'code' in written ? `. Only this run sees it: ${written.message}` : ''
  throw restored(name, lost, why)

  /** Another run wrote its mark at the same time, or what it found. */
  function again(): ReturnType<Cluster['records']['list']> {
    if (tries > 1) return recordsUnlessRestored(cluster, memory, namespaceAndOwner, tries - 1)
    throw failure(
      'CLUSTER_CHANGED',
      `other runs change the marks of ${name} all the time`,
      'run it again',
    )
  }
}

const TRIES = 5
const LONGEST_GRANT = 100

/** Whether it can be revoked again: others may write revocations of anything, and of any length. */
function isNamed({ what, value }: Pick<Revocation, 'what' | 'value'>): boolean {
  return what === 'grant'
    ? value.startsWith(GRANT_PREFIX) && value.length <= LONGEST_GRANT
    : REQUEST_NAME.pattern.test(value)
}

function restored(cluster: string, { marks, revoked }: Remembered, more: string): CountersignError {
  const gone = revoked.map(({ value }) => visible(value)).join(', ') || 'none'
  return failure(
    'CLUSTER_RESTORED',
    `${cluster} was restored from a backup: it lacks the change ${marks.join(', ')}, which a run remembers; revocations that are gone: ${gone}${more}`,
    `until it is confirmed, nothing is issued, renewed, bound or withdrawn there: countersign restore --cluster ${cluster}`,
  )
}
