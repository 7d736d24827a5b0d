// Claims: the right of one run to act on one record until a deadline, and when another run takes over.
import type { Claim, RequestRecord } from '../../domain/cluster/record.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { pruned } from './certificate-history.ts'
import { currentCertificate } from './current-certificate.ts'

/** After its deadline a holder has this long to notice, before another run takes over. */
export const TAKEOVER_AFTER_SECONDS = 120

/** The clocks of API servers, and the Dates of two answers, differ by less than this. */
const CLOCKS_DIFFER_SECONDS = 5

/** No claim has a later deadline than this, whatever the signer's rate. */
const LONGEST_CLAIM_SECONDS = 600

/** A run that claimed a record longer ago than this holds no claim any more. */
export const NO_CLAIM_LASTS_SECONDS = LONGEST_CLAIM_SECONDS + TAKEOVER_AFTER_SECONDS

export interface Claimant {
  /** The name of this run and process. */
  readonly holder: string
  /** The API server's clock. */
  readonly now: Date
  readonly budgetSeconds: number
  /** A new object name for attempt n at each call. */
  objectName(n: number): string
  /** Whether an object has a name of this step. */
  isOfStep(objectName: string): boolean
  /** Whether an earlier holder cannot come back: it is a process of this machine that has ended. */
  isGone(holder: string): boolean
  /** The grant of a new attempt; null without access. */
  readonly grant: string | null
  /** The key may outlive the run that requested the certificate. An attempt that was cut off is then resumed, not repeated. */
  readonly keyStays: boolean
}

export type ClaimAnswer =
  /** `left` is the attempt that an earlier holder did not finish, null if there was none or it is resumed (`isResumed`). */
  | {
      readonly kind: 'claim'
      readonly record: RequestRecord
      readonly claim: Claim
      readonly left: Claim | null
      readonly isResumed: boolean
    }
  | { readonly kind: 'claimedByOther'; readonly by: Claim; readonly freeAt: Date }

/** The record to write to claim it; or the run that holds it, and until when. */
export function decideClaim(record: RequestRecord, claimant: Claimant): ClaimAnswer {
  const other = claimedByOtherRun(record, claimant)
  if (other !== null) return other
  const left = leftAttempt(record)
  const isResumed = left !== null && claimant.keyStays && claimant.isOfStep(left.objectName)
  const n = isResumed ? left.n : record.n + 1
  const grant = isResumed ? left.grant : claimant.grant
  const objectName = isResumed ? left.objectName : claimant.objectName(n)
  const claim = { ...claimOf(claimant, n, objectName), grant }
  const claimed = { ...pruned(record, claimant.now), n, claim }
  return { kind: 'claim', record: claimed, claim, left: isResumed ? null : left, isResumed }
}

/**
 * An attempt that may have been stored without being recorded: its run was cut off, or did not learn the result of its write. Null
 * if there is none, or if what it stored was withdrawn. A record with a certificate in use gives only its claim.
 */
export function unrecordedAttempt(record: RequestRecord): NumberedAttempt | null {
  const { claim, abandoned, emptied } = record
  if (claim !== null || currentCertificate(record) !== null) return claim
  return abandoned.findLast(({ n, sha256 }) => sha256 !== null && n > emptied) ?? null
}

type NumberedAttempt = Pick<Claim, 'n' | 'objectName'>

/** The same claim for the withdrawal of what is stored, or may be. Nothing is created under it. */
export function claimToWithdraw(
  record: RequestRecord,
  { n, objectName }: NumberedAttempt,
  claimant: Omit<Claimant, 'objectName' | 'isOfStep' | 'keyStays' | 'grant'>,
): ClaimAnswer {
  const other = claimedByOtherRun(record, claimant)
  if (other !== null) return other
  // If the withdrawal fails, a later run may resume the attempt, whose request carries the grant.
  const grant = record.claim?.objectName === objectName ? record.claim.grant : null
  const claim = { ...claimOf(claimant, n, objectName), grant }
  const claimed = { ...pruned(record, claimant.now), claim }
  return { kind: 'claim', record: claimed, claim, left: leftAttempt(record), isResumed: false }
}

type Asking = Pick<Claimant, 'holder' | 'now' | 'budgetSeconds' | 'isGone'>

function claimedByOtherRun(
  { claim }: RequestRecord,
  claimant: Asking,
): Extract<ClaimAnswer, { kind: 'claimedByOther' }> | null {
  if (claim === null || claim.holder === claimant.holder || !isBelieved(claim, claimant))
    return null
  const freeAt = plusSeconds(claim.deadline, TAKEOVER_AFTER_SECONDS)
  return claimant.now < plusSeconds(freeAt, -CLOCKS_DIFFER_SECONDS) &&
    !claimant.isGone(claim.holder)
    ? { kind: 'claimedByOther', by: claim, freeAt }
    : null
}

/** The attempt that an earlier holder did not finish. */
function leftAttempt({ claim, issued }: RequestRecord): Claim | null {
  return claim?.objectName === issued?.objectName ? null : claim
}

function claimOf({ holder, now, budgetSeconds }: Asking, n: number, objectName: string): Claim {
  const seconds = Math.min(budgetSeconds, LONGEST_CLAIM_SECONDS)
  return { holder, n, objectName, deadline: plusSeconds(now, seconds), grant: null }
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

/**
 * The claim kept for the next run, which can take it over at once and resumes its attempt: the holder has ended its work. `now`:
 * the API server's clock.
 */
export function withClaimExpired(record: RequestRecord, now: Date): RequestRecord {
  if (record.claim === null) return record
  const deadline = plusSeconds(now, -TAKEOVER_AFTER_SECONDS)
  return { ...record, claim: { ...record.claim, deadline } }
}

/** Whether a run with this claim may have created the object: after the claim, anyone can create one of its name. */
export function isUnderClaim(
  { name, createdAt }: Pick<SigningRequest, 'name' | 'createdAt'>,
  { objectName, deadline }: Claim,
): boolean {
  return name === objectName && createdAt <= plusSeconds(deadline, TAKEOVER_AFTER_SECONDS)
}

function plusSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}
