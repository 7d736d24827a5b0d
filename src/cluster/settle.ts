// The waiting loop around nextMove: create, approve, wait, collect. Resumable at any point, bounded by one deadline.
import type { ApprovedStep } from '../domain/approval.ts'
import type { IssuingStep } from '../domain/plan.ts'
import type { Problem } from '../domain/problem.ts'
import type { Seen, SigningRequest, SigningRequestManifest } from '../domain/signing-request.ts'
import type { Clock, SigningRequests } from '../ports.ts'
import type { Draft } from './draft.ts'
import { APPROVED_REASON, approvalMessage, signingRequestManifest } from './manifest.ts'
import { isOurs, nextMove } from './next-move.ts'
import { claimLost, deletedWhileWaiting, replacedWhileWaiting, unsigned } from './stops.ts'

export interface Attempt {
  readonly approved: ApprovedStep<IssuingStep>
  readonly drafted: Draft
  readonly owner: string
  readonly name: string
  /** Whose objects are ours. */
  readonly username: string
  /** How long to wait for the certificate. */
  readonly budgetSeconds: number
  /** Whether the claim still stands, asked right before the approval. */
  mayApprove(): Promise<boolean>
  /** Told for progress only. */
  reached(state: 'created' | 'approved'): void
}

export type Settlement =
  | { readonly kind: 'issued'; readonly object: SigningRequest; readonly certificate: string }
  /** The name is taken by an object that is not ours. */
  | { readonly kind: 'occupied'; readonly creator: string }
  | { readonly kind: 'stopped'; readonly problem: Problem }

/** Only an ApprovedStep gets here. Throws CountersignError when the cluster does not do its part. */
export async function settle(
  attempt: Attempt,
  signingRequests: SigningRequests,
  clock: Clock,
): Promise<Settlement> {
  const { approved, drafted, owner, name, username } = attempt
  const manifest = signingRequestManifest(approved, drafted, owner, name)
  const ending = new AbortController()
  // Watching starts before the create, so that no state is missed.
  const states = signingRequests.observe(name, ending.signal)[Symbol.asyncIterator]()
  const timeout = clock.sleep(attempt.budgetSeconds * 1000, ending.signal).then(
    () => ending.abort(),
    () => undefined,
  )
  try {
    const found = await createOrFind(manifest, signingRequests)
    if (found === null) return { kind: 'stopped', problem: deletedWhileWaiting(name) }
    if (!isOurs(found, manifest, username)) return { kind: 'occupied', creator: found.username }
    attempt.reached('created')
    return await follow(found, attempt, manifest, states, signingRequests)
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

async function follow(
  first: SigningRequest,
  attempt: Attempt,
  manifest: SigningRequestManifest,
  states: AsyncIterator<Seen>,
  signingRequests: SigningRequests,
): Promise<Settlement> {
  let seen = first
  let isApproved = false
  for (;;) {
    const next = nextMove(seen)
    if (next.move === 'stop') return { kind: 'stopped', problem: next.problem }
    if (next.move === 'collect')
      return { kind: 'issued', object: seen, certificate: next.certificate }
    // A watch may still show the object as it was before our approval; conditions are never removed, so that is old news.
    if (next.move === 'approve' && !isApproved) {
      if (!(await attempt.mayApprove()))
        return { kind: 'stopped', problem: claimLost(attempt.name) }
      const answer = await approve(seen, attempt, signingRequests)
      if (answer === null) return { kind: 'stopped', problem: deletedWhileWaiting(attempt.name) }
      if (answer.version.uid !== first.version.uid)
        return { kind: 'stopped', problem: replacedWhileWaiting(attempt.name) }
      seen = answer
      isApproved = nextMove(answer).move !== 'approve'
      continue
    }
    const event = await states.next()
    if (event.done === true)
      return { kind: 'stopped', problem: unsigned(manifest, attempt.budgetSeconds) }
    if (event.value.kind === 'absent')
      return { kind: 'stopped', problem: deletedWhileWaiting(attempt.name) }
    if (event.value.object.version.uid !== first.version.uid)
      return { kind: 'stopped', problem: replacedWhileWaiting(attempt.name) }
    seen = event.value.object
  }
}

/** The object after our approval, or as somebody else changed it meanwhile; null when it is gone. */
async function approve(
  object: SigningRequest,
  attempt: Attempt,
  signingRequests: SigningRequests,
): Promise<SigningRequest | null> {
  const answer = await signingRequests.approve(
    object,
    APPROVED_REASON,
    approvalMessage(attempt.approved),
  )
  if (answer.kind === 'changed') return signingRequests.read(object.name)
  attempt.reached('approved')
  return answer.object
}
