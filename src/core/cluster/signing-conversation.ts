// The waiting loop around nextMove: create, approve, wait, collect. Resumable at any point, bounded by one deadline.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type {
  Seen,
  SigningRequest,
  SigningRequestManifest,
} from '../../domain/cluster/signing-request.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { SigningRequests } from '../../ports/signing-requests.ts'
import type { Draft } from './draft-attempt.ts'
import {
  APPROVED_REASON,
  approvalMessage,
  signingRequestManifest,
} from './signing-request-manifest.ts'
import type { Keeper } from './signing-request-manifest.ts'
import { isOurs, nextMove } from './next-move.ts'
import {
  claimLost,
  deletedWhileWaiting,
  replacedWhileWaiting,
  tooLate,
  notSigned,
} from './signing-errors.ts'

export interface Attempt {
  readonly approved: ApprovedStep<IssuingStep>
  readonly drafted: Draft
  readonly keeper: Keeper
  readonly name: string
  /** Whose objects are ours. */
  readonly username: string
  /** How long to wait for the certificate. */
  readonly budgetSeconds: number
  /** Whether the claim still stands, asked right before the approval. */
  mayApprove(): Promise<boolean>
  /** What became of the proof since it was made, asked right before the approval; null where it still stands. */
  objection(): Promise<Problem | null>
  /** Told for progress only. */
  reached(state: 'created' | 'approved'): void
}

export type SigningOutcome =
  | { readonly kind: 'issued'; readonly object: SigningRequest; readonly certificate: string }
  /** The name is taken by an object that is not ours. */
  | { readonly kind: 'occupied'; readonly creator: string }
  | { readonly kind: 'stopped'; readonly problem: Problem }

/** Only an ApprovedStep gets here. Throws CountersignError when the cluster does not do its part. */
export async function waitForCertificate(
  attempt: Attempt,
  signingRequests: SigningRequests,
  clock: Clock,
): Promise<SigningOutcome> {
  const { approved, drafted, keeper, name, username } = attempt
  const manifest = signingRequestManifest(approved, drafted, keeper, name)
  const ending = new AbortController()
  // Watching starts before the create, so that no state is missed.
  const states = signingRequests.observe(name, ending.signal)[Symbol.asyncIterator]()
  const timeout = clock.sleep(attempt.budgetSeconds * 1000, ending.signal).then(
    () => ending.abort(),
    () => undefined,
  )
  try {
    const found = await createOrFind(manifest, signingRequests)
    if (found === null) return stopped(deletedWhileWaiting(name))
    if (!isOurs(found, manifest, username)) return { kind: 'occupied', creator: found.username }
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
  readonly attempt: Attempt
  readonly manifest: SigningRequestManifest
  readonly states: AsyncIterator<Seen>
  readonly signingRequests: SigningRequests
  /** Aborted when the budget is used up. */
  readonly over: AbortSignal
}

async function follow(first: SigningRequest, conversation: Conversation): Promise<SigningOutcome> {
  let seen = first
  let isApproved = false
  for (;;) {
    const next = nextMove(seen)
    if (next.move === 'stop') return stopped(next.problem)
    if (next.move === 'collect') return issued(seen, next.certificate)
    // A watch may still show the object as it was before our approval; conditions are never removed, so that is old news.
    const isOurTurn: boolean = next.move === 'approve' && !isApproved
    const obstacle = isOurTurn ? await obstacleTo(conversation) : null
    if (obstacle !== null) return stopped(obstacle)
    const found: SigningRequest | null | 'silence' = isOurTurn
      ? await approve(seen, conversation)
      : await nextState(first, conversation)
    if (found === 'silence') return lastLook(first, conversation)
    if (found === null || isOther(found, first)) return stopped(lost(found, first))
    seen = found
    isApproved ||= isOurTurn && nextMove(found).move !== 'approve'
  }
}

/** What forbids the approval now, null where nothing does. */
async function obstacleTo({ attempt, over }: Conversation): Promise<Problem | null> {
  const objection = await attempt.objection()
  if (objection !== null) return objection
  if (!(await attempt.mayApprove())) return claimLost(attempt.name)
  return over.aborted ? tooLate(attempt.name, attempt.budgetSeconds) : null
}

/** The next state of the object, null when it is gone, `silence` when the budget is used up. */
async function nextState(
  first: SigningRequest,
  { states, signingRequests }: Conversation,
): Promise<SigningRequest | null | 'silence'> {
  const event = await states.next()
  if (event.done === true) return 'silence'
  const object = event.value.kind === 'absent' ? null : event.value.object
  // It may be old news of another object that had this name before ours.
  return object === null || isOther(object, first) ? signingRequests.read(first.name) : object
}

/** The watch may have missed what happened; before the signer is blamed, the object itself is asked. */
async function lastLook(
  first: SigningRequest,
  { attempt, manifest, signingRequests }: Conversation,
): Promise<SigningOutcome> {
  const found = await signingRequests.read(first.name)
  if (found === null || isOther(found, first)) return stopped(lost(found, first))
  const next = nextMove(found)
  if (next.move === 'collect') return issued(found, next.certificate)
  return stopped(next.move === 'stop' ? next.problem : notSigned(manifest, attempt.budgetSeconds))
}

/** The object after our approval, or as somebody else changed it meanwhile; null when it is gone. */
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
