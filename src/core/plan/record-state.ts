// The record as a lock and a memory. Pure: a record in, the record to write out; the port swaps it in by version.
//
//   (none) ──claim──► claimed n ──issued──► issued n ──claim──► claimed n+1, issued n …
//                        │                     │ ▲
//                        │                     │ └── issued again (n+1) ◄──claim── withdrawn
//                        │                     └──claim to withdraw (n)──emptied──► withdrawn
//                        ├─ stopped: claim dropped, the attempt listed as abandoned, the failure counted (back-off.ts)
//                        ├─ handed on: the claim stands and is free at once; the attempt may still be signed
//                        └─ deadline + 2 min passed, or its holder is gone ──claim by another──► claimed n+1
//
// Where the key stays, whoever takes over goes on with n, unless its object is gone: then n is listed as abandoned, too.
// A claim to withdraw carries the n of what is issued, or of an attempt that may have been stored and was never recorded: it
// makes no attempt, so whoever takes it over has none to tidy up.
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

/** A holder whose deadline passed is given this long to notice before somebody else takes over. */
export const TAKEOVER_AFTER_SECONDS = 120

/** A claim never reaches further ahead than this, whatever the signer's rate. */
const LONGEST_CLAIM_SECONDS = 600

/** Whoever claimed a record longer ago than this holds nothing any more. */
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
  /** Names this run and process. */
  readonly holder: string
  /** The API server's clock. */
  readonly now: Date
  readonly budgetSeconds: number
  /** The name the object of attempt n has. */
  objectName(n: number): string
  /** Whether an earlier holder cannot come back: a process of this machine that has ended. */
  isGone(holder: string): boolean
  /** The key may outlive the run that asked with it: an attempt that was cut off is collected, not made again. */
  readonly keyStays: boolean
}

export type ClaimAnswer =
  /** `left` is the attempt an earlier holder did not finish, null where there was none or it is gone on with. */
  | {
      readonly kind: 'claim'
      readonly record: RequestRecord
      readonly claim: Claim
      readonly left: Claim | null
    }
  | { readonly kind: 'held'; readonly by: Claim; readonly freeAt: Date }

/** What to write to hold the record, or who holds it and until when. */
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
 * An attempt that may have been stored though nothing is recorded: its run was cut off, or never heard what became of its
 * write. Null where there is none, or what it stored was withdrawn; of a record that says what stands nobody needs to ask.
 */
export function unrecordedAttempt(record: RequestRecord): Attempt | null {
  const { claim, abandoned, emptied } = record
  if (claim !== null || currentCertificate(record) !== null) return claim
  return abandoned.findLast(({ n, sha256 }) => sha256 !== null && n > emptied) ?? null
}

type Attempt = Pick<Claim, 'n' | 'objectName'>

/** The same to empty the sinks of what stands, or may; nothing is created under it. */
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

/** The attempt an earlier holder did not finish. */
function leftAttempt({ claim, issued }: RequestRecord): Claim | null {
  return claim?.objectName === issued?.objectName ? null : claim
}

function claimOf({ holder, now, budgetSeconds }: Asking, n: number, objectName: string): Claim {
  const seconds = Math.min(budgetSeconds, LONGEST_CLAIM_SECONDS)
  return { holder, n, objectName, deadline: plusSeconds(now, seconds) }
}

/**
 * Nobody may claim for longer, so a deadline further ahead was written by nobody who would keep to it: it would be further
 * ahead at every look. The clocks of API servers may differ a little.
 */
function isBelieved({ deadline }: Claim, { now }: Asking): boolean {
  return deadline <= plusSeconds(now, NO_CLAIM_LASTS_SECONDS)
}

/** The same claim for the next name, when an object that is not ours stands under this one. */
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

/** The sinks are empty. What was issued stays to be read, and stands no more; nor does what attempts may have stored so far. */
export function withWithdrawn(record: RequestRecord, withdrawnAt: Date): RequestRecord {
  const history = historyWithdrawn(record, withdrawnAt)
  return { ...record, claim: null, withdrawnAt, emptied: record.n, history, failures: null }
}

/** What is remembered of a proof: who said yes, its digest, and all that a review rests on. */
export function recordedProof(proof: ApprovalProof): RecordedProof {
  const { kind, digest } = proof
  if (kind === 'terminal') return { kind, by: proof.osUser, digest, evidence: null }
  const { evidence } = proof
  const by = evidence.approvals.map(({ reviewer }) => reviewer.login).join(', ')
  return { kind, by, digest, evidence }
}

/** The claim given back without a certificate. */
export function released(record: RequestRecord): RequestRecord {
  return { ...record, claim: null }
}

/**
 * The claim left standing for the next run, which may take it over at once and goes on with its attempt: the holder has ended
 * its work. `now`: the API server's clock.
 */
export function leftForNextRun(record: RequestRecord, now: Date): RequestRecord {
  if (record.claim === null) return record
  const deadline = plusSeconds(now, -TAKEOVER_AFTER_SECONDS)
  return { ...record, claim: { ...record.claim, deadline } }
}

/** Lists an attempt whose key is lost. */
export function withAbandoned(record: RequestRecord, attempt: AbandonedAttempt): RequestRecord {
  const others = record.abandoned.filter(({ objectName }) => objectName !== attempt.objectName)
  return { ...record, abandoned: [...others, attempt] }
}

function plusSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}
