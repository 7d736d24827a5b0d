// Proofs of files that changed while their effective request did not. They are written to the records, so that the next approval is
// compared with these bytes, and the chain of proofs stays one step long.
import { caughtProblem } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { recordedProof } from '../../core/plan/record-state.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { inPool } from './bounded-concurrency.ts'
import type { KeepProof } from '../prove/prove.ts'

const AT_ONCE = 16

/** A warning for each proof that could not be written; the next run tries again. A record that another run has claimed is skipped. */
export async function recordKeepProofs(
  proofs: readonly KeepProof[],
  observed: readonly Observed[],
): Promise<readonly Problem[]> {
  const problems = await inPool(proofs, AT_ONCE, each => recordOne(each, observed))
  return problems.flatMap(problem => problem ?? [])
}

async function recordOne(
  { step, proof }: KeepProof,
  observed: readonly Observed[],
): Promise<Problem | null> {
  const { request, record } = step
  const cluster = observed.find(each => each.cluster.name === request.cluster)?.cluster
  const issued = record?.issued ?? null
  if (cluster === undefined || record === null || issued === null || record.claim !== null)
    return null
  const { path, blob } = request
  const newer = { ...record, issued: { ...issued, path, blob, proof: recordedProof(proof) } }
  try {
    await cluster.records.write(newer)
    return null
  } catch (cause) {
    return caughtProblem(cause)
  }
}
