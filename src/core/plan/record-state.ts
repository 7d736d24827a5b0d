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
// If the key is kept, the run that takes over resumes attempt n. If the object of n is gone, n is listed as abandoned too.
// A claim to withdraw has the n of the issued certificate, or of an attempt that may have been stored without being recorded.
// It creates no attempt, so the run that takes it over has none to clean up.
import type { ApprovalProof } from '../../domain/proof/approved.ts'
import type {
  AbandonedAttempt,
  Claim,
  IssuedRecord,
  RecordedProof,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import { historyWith, historyWithdrawn, pruned } from './certificate-history.ts'
import { currentCertificate } from './current-certificate.ts'

/** After its deadline a holder has this long to notice, before another run takes over. */
export const TAKEOVER_AFTER_SECONDS = 120

/** No claim has a later deadline than this, whatever the signer's rate. */
const LONGEST_CLAIM_SECONDS = 600

/** A run that claimed a record longer ago than this holds no claim any more. */
export const NO_CLAIM_LASTS_SECONDS = LONGEST_CLAIM_SECONDS + TAKEOVER_AFTER_SECONDS

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

export interface Claimant {
  /** The name of this run and process. */
  readonly holder: string
  /** The API server's clock. */
  readonly now: Date
  readonly budgetSeconds: number
  /** The object name of attempt n. */
  objectName(n: number): string
  /** Whether an earlier holder cannot come back: it is a process of this machine that has ended. */
  isGone(holder: string): boolean
  /** The key may outlive the run that requested the certificate. An attempt that was cut off is then resumed, not repeated. */
  readonly keyStays: boolean
}

export type ClaimAnswer =
  /** `left` is the attempt that an earlier holder did not finish, null if there was none or it is resumed. */
  | {
      readonly kind: 'claim'
      readonly record: RequestRecord
      readonly claim: Claim
      readonly left: Claim | null
    }
  | { readonly kind: 'held'; readonly by: Claim; readonly freeAt: Date }

/** The record to write to claim it; or the run that holds it, and until when. */
export function claimRecord(record: RequestRecord, claimant: Claimant): ClaimAnswer {
  const held = claimedByOtherRun(record, claimant)
  if (held !== null) return held
  const left = leftAttempt(record)
  const isResumed =
    left !== null && claimant.keyStays && left.objectName === claimant.objectName(left.n)
  const n = isResumed ? left.n : record.n + 1
  const claim = claimOf(claimant, n, claimant.objectName(n))
  const claimed = { ...pruned(record, claimant.now), n, claim }
  return { kind: 'claim', record: claimed, claim, left: isResumed ? null : left }
}

/**
 * An attempt that may have been stored without being recorded: its run was cut off, or did not learn the result of its write. Null
 * if there is none, or if what it stored was withdrawn. A record with a certificate in use gives only its claim.
 */
export function unrecordedAttempt(record: RequestRecord): Attempt | null {
  const { claim, abandoned, emptied } = record
  if (claim !== null || currentCertificate(record) !== null) return claim
  return abandoned.findLast(({ n, sha256 }) => sha256 !== null && n > emptied) ?? null
}

type Attempt = Pick<Claim, 'n' | 'objectName'>

/** The same claim for the withdrawal of what is stored, or may be. Nothing is created under it. */
export function claimToWithdraw(
  record: RequestRecord,
  { n, objectName }: Attempt,
  claimant: Omit<Claimant, 'objectName' | 'keyStays'>,
): ClaimAnswer {
  const held = claimedByOtherRun(record, claimant)
  if (held !== null) return held
  const claim = claimOf(claimant, n, objectName)
  const claimed = { ...pruned(record, claimant.now), claim }
  return { kind: 'claim', record: claimed, claim, left: leftAttempt(record) }
}

type Asking = Pick<Claimant, 'holder' | 'now' | 'budgetSeconds' | 'isGone'>

function claimedByOtherRun(
  { claim }: RequestRecord,
  claimant: Asking,
): Extract<ClaimAnswer, { kind: 'held' }> | null {
  if (claim === null || claim.holder === claimant.holder || !isBelieved(claim, claimant))
    return null
  const freeAt = plusSeconds(claim.deadline, TAKEOVER_AFTER_SECONDS)
  return claimant.now < freeAt && !claimant.isGone(claim.holder)
    ? { kind: 'held', by: claim, freeAt }
    : null
}

/** The attempt that an earlier holder did not finish. */
function leftAttempt({ claim, issued }: RequestRecord): Claim | null {
  return claim?.objectName === issued?.objectName ? null : claim
}

function claimOf({ holder, now, budgetSeconds }: Asking, n: number, objectName: string): Claim {
  const seconds = Math.min(budgetSeconds, LONGEST_CLAIM_SECONDS)
  return { holder, n, objectName, deadline: plusSeconds(now, seconds) }
}

/**
 * Whether the deadline is possible. No claim is longer than the limit, so no honest holder wrote a later deadline, and such a
 * claim is ignored. The clocks of API servers may differ a little.
 */
function isBelieved({ deadline }: Claim, { now }: Asking): boolean {
  return deadline <= plusSeconds(now, NO_CLAIM_LASTS_SECONDS)
}

/** The same claim for the next name, if another owner's object has this one. */
export function claimNextName(
  record: RequestRecord,
  claim: Claim,
  objectName: (n: number) => string,
): { record: RequestRecord; claim: Claim } {
  const next = { ...claim, n: record.n + 1, objectName: objectName(record.n + 1) }
  return { record: { ...record, n: next.n, claim: next }, claim: next }
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
  if (kind === 'terminal') return { kind, by: proof.osUser, digest, evidence: null }
  const { evidence } = proof
  const by = evidence.approvals.map(({ reviewer }) => reviewer.login).join(', ')
  return { kind, by, digest, evidence }
}

/** The record without its claim, if no certificate was issued. */
export function released(record: RequestRecord): RequestRecord {
  return { ...record, claim: null }
}

/**
 * The claim kept for the next run, which can take it over at once and resumes its attempt: the holder has ended its work. `now`:
 * the API server's clock.
 */
export function leftForNextRun(record: RequestRecord, now: Date): RequestRecord {
  if (record.claim === null) return record
  const deadline = plusSeconds(now, -TAKEOVER_AFTER_SECONDS)
  return { ...record, claim: { ...record.claim, deadline } }
}

/** Adds an attempt whose key is lost to the list of abandoned ones. */
export function withAbandoned(record: RequestRecord, attempt: AbandonedAttempt): RequestRecord {
  const others = record.abandoned.filter(({ objectName }) => objectName !== attempt.objectName)
  return { ...record, abandoned: [...others, attempt] }
}

function plusSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}
