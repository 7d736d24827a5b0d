// The states of a record, as a lock and a memory. Pure: a record in, the record to write out. The port swaps it in by version.
//
//   (none) ──claim──► claimed n ──issued──► issued n ──claim──► claimed n+1, issued n …
//                        │                     │ ▲
//                        │                     │ └── issued again (n+1) ◄──claim── withdrawn
//                        │                     └──claim to withdraw (n)──emptied──► withdrawn
//                        ├─ stopped: claim dropped, the attempt listed as abandoned, the failure counted (failure-back-off.ts)
//                        ├─ left for the next run: the claim is kept and free at once; the attempt may still be signed
//                        └─ deadline + 2 min passed, or its holder is gone ──claim by another──► claimed n+1
//
// A signed certificate enters the history under the claim, before it is stored.
// If the key is kept, the run that takes over resumes attempt n. If the object of n is gone, n is listed as abandoned too.
// A claim to withdraw has the n of the issued certificate, or of an attempt that may have been stored without being recorded.
// It creates no attempt, so the run that takes it over has none to clean up.
import { emergencyText } from '../../domain/cluster/emergency.ts'
import type { ApprovalProof } from '../../domain/proof/approved.ts'
import type {
  AbandonedAttempt,
  IssuedRecord,
  RecordedProof,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import { historyWith, historyWithdrawn } from './certificate-history.ts'

export function newRecord(request: string, cluster: string): RequestRecord {
  return {
    request,
    cluster,
    n: 0,
    claim: null,
    issued: null,
    withdrawnAt: null,
    emptied: 0,
    abandoned: [],
    history: [],
    failures: null,
    version: null,
  }
}

export function withIssued(record: RequestRecord, issued: IssuedRecord): RequestRecord {
  const history = historyWith(record, issued)
  return { ...record, claim: null, issued, withdrawnAt: null, history, failures: null }
}

/**
 * The sinks are deleted. The issued certificate remains readable but is no longer in use. The same is true of what attempts may
 * have stored so far.
 */
export function withWithdrawn(record: RequestRecord, withdrawnAt: Date): RequestRecord {
  const history = historyWithdrawn(record, withdrawnAt)
  return { ...record, claim: null, withdrawnAt, emptied: record.n, history, failures: null }
}

/** The part of a proof that is kept: who approved, its digest, and all evidence of a review. */
export function recordedProof(proof: ApprovalProof): RecordedProof {
  const { kind, digest } = proof
  if (kind === 'emergency') {
    const { emergency } = proof
    return { kind, by: emergencyText(emergency), digest, evidence: null, emergency }
  }
  if (kind === 'terminal') return { kind, by: proof.osUser, digest, evidence: null }
  const { evidence } = proof
  const by = evidence.approvals.map(({ reviewer }) => reviewer.login).join(', ')
  return { kind, by, digest, evidence }
}

/** The record without its claim. */
export function released(record: RequestRecord): RequestRecord {
  return { ...record, claim: null }
}

/** Adds an attempt whose key is lost to the list of abandoned ones. */
export function withAbandoned(record: RequestRecord, attempt: AbandonedAttempt): RequestRecord {
  const others = record.abandoned.filter(({ objectName }) => objectName !== attempt.objectName)
  return { ...record, abandoned: [...others, attempt] }
}
