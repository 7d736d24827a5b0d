// The waiting loop around nextMove: create, approve, wait, collect. A run can resume it at any point; one deadline bounds it.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { SigningRequests } from '../../ports/signing-requests.ts'
import { decodePem } from '../../lib/x509/pem.ts'
import { readPkcs10 } from '../../lib/x509/pkcs10.ts'
import type { Draft } from './draft-attempt.ts'
import {
  approvalMessage,
  APPROVED_REASON,
  signingRequestManifest,
} from './signing-request-manifest.ts'
import type { RecordPlace } from './signing-request-manifest.ts'
import {
  claimLost,
  deletedWhileWaiting,
  deniedInCluster,
  failedBySigner,
  notSigned,
  replacedWhileWaiting,
  tooLate,
} from './signing-errors.ts'

export interface SigningAttempt {
  readonly approved: ApprovedStep<IssuingStep>
  readonly drafted: Draft
  readonly place: RecordPlace
  readonly name: string
  /** The lifetime to ask for, at most the approved duration. */
  readonly seconds: number
  /** The user of this run: only objects that this user created are ours. */
  readonly username: string
  /** Seconds to wait for the certificate, counted from the start of the conversation. */
  readonly budgetSeconds: number
  /** Returns whether the claim is still valid. Called right before the approval. */
  mayApprove(): Promise<boolean>
  /** Returns why the proof is no longer valid, null if it is. Called right before the approval. */
  objection(): Promise<Problem | null>
  /** Reports progress. No result depends on it. */
  reached(state: 'created' | 'approved'): void
}

export type SigningOutcome =
  | { readonly kind: 'issued'; readonly object: SigningRequest; readonly certificate: string }
  /** The name belongs to an object that is not ours. */
  | { readonly kind: 'occupied'; readonly creator: string }
  | { readonly kind: 'stopped'; readonly problem: Problem }

/**
 * Returns `issued` with the PEM of status.certificate, which is not checked yet; `occupied` if the name belongs to an object that
 * is not ours; else `stopped` with the problem of `objection` or with CLUSTER_DENIED, CLUSTER_FAILED, CLUSTER_DELETED,
 * CLUSTER_REPLACED, CLUSTER_UNSIGNED, CLUSTER_TIMEOUT or CLUSTER_CLAIM_LOST. Throws CountersignError if the API server fails. It
 * takes an ApprovedStep, so nothing without a proof gets here.
 */
export async function createApproveAndWait(
  attempt: SigningAttempt,
  signingRequests: SigningRequests,
  clock: Clock,
): Promise<SigningOutcome> {
  const { approved, drafted, place, name, username } = attempt
  const manifest = signingRequestManifest(approved, drafted, place, attempt)
  const ending = new AbortController()
  // The watch starts before the create, so that no state is missed.
  const states = signingRequests.observe(name, ending.signal)[Symbol.asyncIterator]()
  const timeout = clock.sleep(attempt.budgetSeconds * 1000, ending.signal).then(
    () => ending.abort(),
    () => undefined,
  )
  try {
    const found = await createOrFind(manifest, signingRequests)
    if (found === null) return stopped(deletedWhileWaiting(name))
    if (!isOurs(found, manifest, username, approved.step.request))
      return { kind: 'occupied', creator: found.username }
    attempt.reached('created')
    const over = ending.signal
    return await follow(found, { attempt, manifest, states, signingRequests, over })
  } finally {
    ending.abort()
    await timeout
  }
}

async function createOrFind(
  manifest: SigningRequestManifest,
  signingRequests: SigningRequests,
): Promise<SigningRequest | null> {
  const created = await signingRequests.create(manifest)
  return created.kind === 'created' ? created.object : signingRequests.read(manifest.name)
}

interface Conversation {
  readonly attempt: SigningAttempt
  readonly manifest: SigningRequestManifest
  readonly states: AsyncIterator<Seen>
  readonly signingRequests: SigningRequests
  /** Aborted when the budget is used up. */
  readonly over: AbortSignal
}

async function follow(first: SigningRequest, conversation: Conversation): Promise<SigningOutcome> {
  const { cluster } = conversation.attempt.approved.step.request
  let seen = first
  let isApproved = false
  for (;;) {
    const next = nextMove(seen, cluster)
    if (next.move === 'stop') return stopped(next.problem)
    if (next.move === 'collect') return issued(seen, next.certificate)
    // A watch may still show the object from before our approval. Conditions are never removed, so such a state is outdated.
    const isOurTurn: boolean = next.move === 'approve' && !isApproved
    const obstacle = isOurTurn ? await obstacleTo(conversation) : null
    if (obstacle !== null) return stopped(obstacle)
    const found: SigningRequest | null | 'silence' = isOurTurn
      ? await approve(seen, conversation)
      : await nextState(first, conversation)
    if (found === 'silence') return lastLook(first, conversation)
    if (found === null || isOther(found, first)) return stopped(lost(found, first))
    seen = found
    isApproved ||= isOurTurn && nextMove(found, cluster).move !== 'approve'
  }
}

/** Returns what forbids the approval now, null if nothing does. */
async function obstacleTo({ attempt, over }: Conversation): Promise<Problem | null> {
  const objection = await attempt.objection()
  if (objection !== null) return objection
  if (!(await attempt.mayApprove())) return claimLost(attempt.name)
  return over.aborted ? tooLate(attempt.name, attempt.budgetSeconds) : null
}

/** Returns the next state of the object, null if it is gone, `silence` if the budget is used up. */
async function nextState(
  first: SigningRequest,
  { states, signingRequests }: Conversation,
): Promise<SigningRequest | null | 'silence'> {
  const event = await states.next()
  if (event.done === true) return 'silence'
  const object = event.value.kind === 'absent' ? null : event.value.object
  // The event may come from an earlier object of this name.
  return object === null || isOther(object, first) ? signingRequests.read(first.name) : object
}

/** Reads the object once more before the signer is blamed: the watch may have missed a change. */
async function lastLook(
  first: SigningRequest,
  { attempt, manifest, signingRequests }: Conversation,
): Promise<SigningOutcome> {
  const found = await signingRequests.read(first.name)
  if (found === null || isOther(found, first)) return stopped(lost(found, first))
  const next = nextMove(found, attempt.approved.step.request.cluster)
  if (next.move === 'collect') return issued(found, next.certificate)
  return stopped(next.move === 'stop' ? next.problem : notSigned(manifest, attempt.budgetSeconds))
}

/** Returns the object after our approval, or as it is now if it has changed meanwhile; null if it is gone. */
async function approve(
  object: SigningRequest,
  { attempt, signingRequests }: Conversation,
): Promise<SigningRequest | null> {
  const message = approvalMessage(attempt.approved)
  const answer = await signingRequests.approve(object, APPROVED_REASON, message)
  if (answer.kind === 'changed') return signingRequests.read(object.name)
  attempt.reached('approved')
  return answer.object
}

function isOther(object: SigningRequest, first: SigningRequest): boolean {
  return object.version.uid !== first.version.uid
}

function lost(found: SigningRequest | null, { name }: SigningRequest): Problem {
  return found === null ? deletedWhileWaiting(name) : replacedWhileWaiting(name)
}

function issued(object: SigningRequest, certificate: string): SigningOutcome {
  return { kind: 'issued', object, certificate }
}

function stopped(problem: Problem): SigningOutcome {
  return { kind: 'stopped', problem }
}

// The next move for the state of a CertificateSigningRequest. It depends on the object alone, so a run can resume anywhere.

type Move =
  | { readonly move: 'approve' }
  | { readonly move: 'wait' }
  | { readonly move: 'collect'; readonly certificate: string }
  | { readonly move: 'stop'; readonly problem: Problem }

/**
 * Returns `stop` with CLUSTER_DENIED or CLUSTER_FAILED for a Denied or Failed request, whatever else is set. Else returns `approve`
 * until the request is approved, even if it holds a certificate; then `wait`, or `collect` with the PEM of the certificate.
 * client-go judges the conditions in the same way (util/certificate/csr/csr.go, WaitForCertificate).
 */
export function nextMove(seen: SigningRequest, cluster: string): Move {
  const denied = condition(seen, 'Denied')
  if (denied !== undefined) return { move: 'stop', problem: deniedInCluster(seen, denied) }
  const failed = condition(seen, 'Failed')
  if (failed !== undefined) return { move: 'stop', problem: failedBySigner(seen, failed, cluster) }
  if (condition(seen, 'Approved') === undefined) return { move: 'approve' }
  if (seen.certificate === null) return { move: 'wait' }
  return { move: 'collect', certificate: seen.certificate }
}

/**
 * Returns whether the object found under our name is ours: created by `username`, with the same spec (only the signature of the
 * PKCS#10 may differ), and without a condition other than our own approval. Anyone may create an object of that name first; to
 * approve it would sign their key.
 */
export function isOurs(
  found: SigningRequest,
  manifest: SigningRequestManifest,
  username: string,
  { durationSeconds, until }: Pick<EffectiveRequest, 'durationSeconds' | 'until'>,
): boolean {
  const [seconds, asked] = [found.expirationSeconds ?? Infinity, manifest.expirationSeconds]
  // An earlier run asked for more where the request has an end. What was approved then is signed in any case.
  const most = condition(found, 'Approved') === undefined ? asked : durationSeconds
  return (
    asksTheSame(found.request, manifest.request) &&
    found.signerName === manifest.signerName &&
    (seconds === asked || (until !== null && seconds <= most)) &&
    found.usages.join() === manifest.usages.join() &&
    found.username === username &&
    found.conditions.every(({ type, reason }) => type === 'Approved' && reason === APPROVED_REASON)
  )
}

/** Compares the signed part only: ECDSA signs the same CertificationRequestInfo differently each time. */
function asksTheSame(found: string, sent: string): boolean {
  if (found === sent) return true
  const [one, other] = [infoOf(found), infoOf(sent)]
  return one !== null && other !== null && Buffer.compare(one, other) === 0
}

function infoOf(pem: string): Uint8Array | null {
  const der = decodePem(pem, 'CERTIFICATE REQUEST')
  const read = der.ok ? readPkcs10(der.value) : der
  return read.ok ? read.value.info : null
}

function condition(
  seen: SigningRequest,
  type: string,
): SigningRequest['conditions'][number] | undefined {
  return seen.conditions.find(candidate => candidate.type === type && candidate.status === 'True')
}
