// What was issued, in the record: before any sink gets it that it exists, and in the end where it is stored.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { Chain } from '../../domain/cluster/certificate.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import { effectiveJson } from '../../core/plan/plan-digests.ts'
import {
  isRecorded,
  recordedCertificate,
  withCertificate,
} from '../../core/plan/certificate-history.ts'
import { recordedProof, withIssued } from '../../core/plan/record-state.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import type { ClusterSession } from './cluster-session.ts'
import { isSame } from './claim-record.ts'
import type { ClaimedRecord } from './claim-record.ts'

/**
 * The fact that this certificate was issued, written before any sink gets it: a run that is cut off after that leaves nothing that
 * works and that no record knows. Null where the record moved on: then nothing may be stored.
 */
export async function recordSigned(
  approved: ApprovedStep<IssuingStep>,
  held: ClaimedRecord,
  { leaf }: Chain,
  session: ClusterSession,
): Promise<ClaimedRecord | null> {
  // Found in a sink, and known from when it was put there.
  if (isRecorded(held.record, leaf)) return held
  const { request } = approved.step
  const certificate = recordedCertificate(leaf, {
    n: held.n,
    objectName: held.objectName(held.n),
    targets: request.sinks.map(sinkTarget),
    proof: approved.proof.digest,
  })
  const written = await session.cluster.records.write(withCertificate(held.record, certificate))
  if (written.kind === 'written') return { ...held, record: written.record }
  // A write whose answer got lost is a conflict when it is repeated, and done all the same.
  const found = await session.cluster.records.read(request.name)
  const isOurs = found !== null && isSame(found.claim, held.claim) && isRecorded(found, leaf)
  return isOurs ? { ...held, record: found } : null
}

/** A certificate, and which sinks have it by now. */
export interface Kept extends Pick<IssuedRecord, 'sealed'> {
  readonly chain: Chain
  /** Targets whose write failed, which may have been written all the same. */
  readonly missed: readonly string[]
  /** Targets that nothing was sent to. */
  readonly closed: readonly string[]
}

/** Writes what was issued; a problem instead when the record moved on, which the next run mends from the sinks. */
export async function recordIssued(
  approved: ApprovedStep<IssuingStep>,
  held: ClaimedRecord,
  kept: Kept,
  session: ClusterSession,
): Promise<Problem | null> {
  const { request, effective } = approved.step
  const { chain } = kept
  const name = held.objectName(held.n)
  const abandoned = held.record.abandoned.filter(({ objectName: other }) => other !== name)
  const issued: IssuedRecord = {
    n: held.n,
    objectName: name,
    effective,
    path: request.path,
    blob: request.blob,
    signerName: request.signerName,
    certificate: chainPem(chain),
    sinks: request.sinks,
    ...currentSinks(held.record, request, kept),
    meaning: effectiveJson(request, session.clusterConfig),
    proof: recordedProof(approved.proof),
    issuedAt: await session.cluster.now(),
    ...sameKey(held.record, chain),
  }
  // Attempts that a lost record counted must not be named again.
  const n = Math.max(held.record.n, held.n)
  const record = withIssued({ ...held.record, abandoned, n }, issued)
  const written = await session.cluster.records.write(record)
  if (written.kind === 'written') return null
  const newer = await session.cluster.records.read(request.name)
  if (newer?.claim === null && newer.issued?.certificate === issued.certificate) return null
  return {
    code: 'CLUSTER_CLAIM_LOST',
    at: null,
    message: `the certificate of ${request.name} is stored, but the record was changed by another run`,
    hint: 'apply again: it looks at the sinks and mends the record',
  }
}

/**
 * A sink that could not be written holds what we wrote into it before, which is not somebody else's. Nor is what stands in one
 * whose write failed: it was looked at before, and the answer may be all that got lost.
 */
function currentSinks(
  { issued: before }: RequestRecord,
  { sinks }: EffectiveRequest,
  { sealed, missed, closed }: Kept,
): Pick<IssuedRecord, 'sealed' | 'incomplete' | 'written'> {
  const incomplete = [...missed, ...closed]
  const old = before?.sealed.filter(({ target }) => incomplete.includes(target)) ?? []
  const written = sinks
    .map(sinkTarget)
    .filter(target => !closed.includes(target) || before?.written.includes(target) === true)
  return { sealed: [...sealed, ...old], incomplete, written }
}

/** A rebuilt record knows no more of a key than the certificate that was found with it. */
function sameKey(
  { issued }: RequestRecord,
  { leaf }: Chain,
): Pick<IssuedRecord, 'keySince' | 'beforeUntil'> {
  const before = issued === null ? null : leafOf(issued)
  if (issued === null || before?.publicKey.sha256 !== leaf.publicKey.sha256)
    return { keySince: leaf.notBefore, beforeUntil: null }
  // What was put back into a sink is the same certificate once more.
  const beforeUntil = before.sha256 === leaf.sha256 ? issued.beforeUntil : before.notAfter
  return { keySince: issued.keySince, beforeUntil }
}
