// The certificate in the record: that it exists, before any sink gets it; and in the end, which sinks hold it.
import { uniqueBy } from '../../domain/lists.ts'
import { peopleOf } from '../../domain/proof/evidence.ts'
import type { EvidencedPerson } from '../../domain/proof/evidence.ts'
import type { Chain } from '../../domain/cluster/certificate.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type {
  IssuedRecord,
  RecordedCertificate,
  RecordedProof,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import { effectiveJson } from '../../core/plan/plan-digests.ts'
import {
  isRecorded,
  recordedApproval,
  recordedCertificate,
  withCertificate,
  withRevoked,
} from '../../core/plan/certificate-history.ts'
import { recordedProof, withIssued } from '../../core/plan/record-state.ts'
import { leafOf } from '../../core/plan/current-certificate.ts'
import { chainPem } from '../../core/sink/secret-layout.ts'
import { storedKeyDigest } from '../../core/sink/stored-credential.ts'
import { isSame, writeOrOurs } from './write-claim.ts'
import { attemptName } from './claim-attempt.ts'
import type { Attempt, ClaimedRecord } from './claim-attempt.ts'

export interface SignedCertificate extends Pick<Chain, 'leaf'>, Pick<RecordedCertificate, 'grant'> {
  /** Revocations of the request that the approved change ended. Their objects are removed after this write. */
  readonly lifted: readonly Revocation[]
}

/**
 * Records that this certificate was issued, before any sink gets it: a run that is cut off afterwards leaves no usable certificate
 * that no record knows. Null if the record has changed meanwhile: then nothing may be stored.
 */
export async function recordSigned(
  { approved, claimed, session }: Attempt,
  { leaf, grant, lifted }: SignedCertificate,
): Promise<ClaimedRecord | null> {
  // A certificate that was recovered from a sink was recorded before it was put there.
  if (isRecorded(claimed.record, leaf)) return claimed
  const { request } = approved.step
  const { isUnlisted = false } = claimed
  const certificate = recordedCertificate(leaf, {
    n: claimed.n,
    objectName: attemptName(claimed),
    targets: request.sinks.map(sinkTarget),
    proof: approved.proof.digest,
    grant,
    // Who approved a certificate whose record was lost is not known, even if its file is approved now.
    approval: isUnlisted ? null : recordedApproval(request, recordedProof(approved.proof)),
  })
  const before = withRevoked(claimed.record, () => lifted)
  const record = withCertificate(before, certificate)
  const written = await writeOrOurs(
    record,
    session,
    found => isSame(found.claim, claimed.claim) && isRecorded(found, leaf),
  )
  return written.isOurs ? { ...claimed, record: written.record } : null
}

/** A certificate, and which sinks hold it now. */
export interface DeliveredCertificate extends Pick<IssuedRecord, 'sealed' | 'granted'> {
  readonly chain: Chain
  /** Null if the requester keeps it. */
  readonly key: Secret<string> | null
  /** Targets whose write failed. The content may have arrived all the same. */
  readonly missed: readonly string[]
  /** Targets to which nothing was sent. */
  readonly closed: readonly string[]
}

/**
 * Records what was issued and where it is stored. If the record has changed meanwhile, returns a problem instead; the next run
 * repairs the record from the sinks.
 */
export async function recordIssued(
  { approved, claimed, session }: Attempt,
  delivered: DeliveredCertificate,
): Promise<Problem | null> {
  const { request, effective } = approved.step
  const { chain, key } = delivered
  const name = attemptName(claimed)
  const abandoned = claimed.record.abandoned.filter(({ objectName: other }) => other !== name)
  const proof = recordedProof(approved.proof)
  const issued: IssuedRecord = {
    n: claimed.n,
    objectName: name,
    effective,
    path: request.path,
    blob: request.blob,
    signerName: request.signerName,
    certificate: chainPem(chain),
    sinks: request.sinks,
    ...currentSinks(claimed.record, request, delivered),
    meaning: effectiveJson(request, session.clusterConfig),
    proof,
    issuedAt: await session.cluster.now(),
    people: peopleSoFar(claimed.record, proof),
    granted: delivered.granted,
    ...(key === null ? {} : { keySha256: storedKeyDigest(key) }),
    ...sameKey(claimed.record, chain),
  }
  // Numbers of attempts that a lost record counted must not be used again.
  const n = Math.max(claimed.record.n, claimed.n)
  const record = withIssued({ ...claimed.record, abandoned, n }, issued)
  const { isOurs } = await writeOrOurs(
    record,
    session,
    newer => newer.claim === null && newer.issued?.certificate === issued.certificate,
  )
  if (isOurs) return null
  return unplaced(
    'CLUSTER_CLAIM_LOST',
    `the certificate of ${request.name} is stored, but the record was changed by another run`,
    'apply again: it checks the sinks and repairs the record',
  )
}

/**
 * A sink that could not be written still holds our earlier content, so it is ours. So is a sink whose write failed: it was read
 * before, and only the answer may be lost.
 */
function currentSinks(
  { issued: before }: RequestRecord,
  { sinks }: EffectiveRequest,
  { sealed, missed, closed }: DeliveredCertificate,
): Pick<IssuedRecord, 'sealed' | 'incomplete' | 'written'> {
  const incomplete = [...missed, ...closed]
  const old = before?.sealed.filter(({ target }) => incomplete.includes(target)) ?? []
  const written = sinks
    .map(sinkTarget)
    .filter(target => !closed.includes(target) || before?.written.includes(target) === true)
  return { sealed: [...sealed, ...old], incomplete, written }
}

const MOST_PEOPLE = 100

/** Each once. The evidence alone would forget who asked for the certificate when another person reformats the file. */
function peopleSoFar(
  { issued }: RequestRecord,
  { evidence }: RecordedProof,
): readonly EvidencedPerson[] {
  const people = [...(issued?.people ?? []), ...(evidence === null ? [] : peopleOf(evidence))]
  return uniqueBy(people, ({ id }) => id).slice(-MOST_PEOPLE)
}

/** A rebuilt record knows no more about a key than the certificate that was found with it. */
function sameKey(
  { issued }: RequestRecord,
  { leaf }: Chain,
): Pick<IssuedRecord, 'keySince' | 'beforeUntil'> {
  const before = issued === null ? null : leafOf(issued)
  if (issued === null || before?.publicKey.sha256 !== leaf.publicKey.sha256)
    return { keySince: leaf.notBefore, beforeUntil: null }
  // A certificate that was put back into a sink is the same certificate.
  const beforeUntil = before.sha256 === leaf.sha256 ? issued.beforeUntil : before.notAfter
  return { keySince: issued.keySince, beforeUntil }
}
