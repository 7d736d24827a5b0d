// The comment on each pull request after apply: what was done with its files. One comment, rewritten each time.
import type { ApprovalProof } from '../domain/proof/approved.ts'
import { orderChain } from '../core/certificate/certificate-chain.ts'
import type { ApplyOutcome, StepOutcome } from '../domain/cluster/outcome.ts'
import { stepTarget } from '../domain/cluster/plan-step.ts'
import type { Step } from '../domain/cluster/plan-step.ts'
import type { Ready } from '../workflows/issue/apply-reviewed.ts'
import { originKeyOfStep } from '../workflows/prove/request-origins.ts'
import { currentCertificate } from '../core/plan/current-certificate.ts'
import { certificatesIn } from '../output/comment/certificates-in-comment.ts'
import { ISSUED_MARKER, issuedComment } from '../output/comment/outcome-comment.ts'
import { chainPem } from '../core/sink/secret-layout.ts'
import type { Comments } from '../ports/comments.ts'

export interface CommentWorld {
  readonly comments: Comments
  /** Runs `act`; if that fails, reports it and goes on, because a comment never stops a run. */
  readonly attempt: (what: string, act: () => Promise<void>) => Promise<void>
}

export async function postComments(
  { comments, attempt }: CommentWorld,
  { reviewed, observed, frame, commit }: Ready,
  outcome: ApplyOutcome,
): Promise<void> {
  const proofs = new Map<string, ApprovalProof>(
    reviewed.approved.map(({ step, proof }) => [originKeyOfStep(step), proof]),
  )
  const { visibility } = commit.history.repository
  const acted = outcome.steps.filter(each => each.kind !== 'kept' && !isOfNewer(each))
  const news = byPullRequest(acted, reviewed.pullRequests)
  const reached = new Set(observed.map(({ cluster }) => cluster.name))
  const isUnreached = ({ step }: StepOutcome): boolean => {
    const { cluster } = stepTarget(step)
    return cluster !== null && !reached.has(cluster)
  }
  await attempt('a look at the comments', () => comments.lookAt([...news.keys()]))
  for (const [number, own] of news) {
    const before = own.some(isUnreached) ? await earlier({ comments, attempt }, number) : null
    // A cluster that does not answer is no news, and must not replace what a person needs.
    if (before !== null && own.every(isUnreached)) continue
    // The comment is rewritten whole, so certificates that are still to be fetched are repeated.
    const outcomes = [...own, ...outcome.steps.filter(each => wasGivenOn(number, each))]
    const page = issuedComment(outcomes, {
      pullRequest: number,
      commit: frame.commit,
      visibility,
      proofs: byStep(outcomes, ({ step }) => proofs.get(originKeyOfStep(step))),
      certificates: byStep(
        outcomes,
        each =>
          certificateOf(each) ?? (isUnreached(each) ? certificateIn(before, each) : undefined),
      ),
    })
    await attempt(`the comment on #${number}`, () =>
      comments.write(number, ISSUED_MARKER, page.text),
    )
  }
}

async function earlier(
  { comments, attempt }: CommentWorld,
  number: number,
): Promise<string | null> {
  const found: (string | null)[] = []
  await attempt(`a look at the earlier comment on #${number}`, async () => {
    found.push(await comments.find(number, ISSUED_MARKER))
  })
  return found[0] ?? null
}

function byPullRequest(
  outcomes: readonly StepOutcome[],
  pullRequests: ReadonlyMap<string, number>,
): ReadonlyMap<number, readonly StepOutcome[]> {
  const found = new Map<number, readonly StepOutcome[]>()
  for (const outcome of outcomes) {
    const number = pullRequests.get(originKeyOfStep(outcome.step))
    if (number !== undefined) found.set(number, [...(found.get(number) ?? []), outcome])
  }
  return found
}

/** A run that is started again may be of an old commit. The run of the newest commit has reported this file. */
function isOfNewer(outcome: StepOutcome): boolean {
  return (
    outcome.kind === 'refused' &&
    outcome.problems.every(({ code }) => code === 'APPROVAL_FILE_MOVED')
  )
}

/** Whether an unchanged certificate was reported on the pull request. */
function wasGivenOn(number: number, { kind, step }: StepOutcome): boolean {
  if (kind !== 'kept' || !('request' in step)) return false
  return currentCertificate(step.record)?.proof.evidence?.pullRequest.number === number
}

/** The certificate of the same request and cluster in the earlier comment. */
function certificateIn(comment: string | null, { step }: StepOutcome): string | undefined {
  const { name, cluster } = stepTarget(step)
  const found = certificatesIn({ body: comment ?? '', isByProgram: true })
  return found.find(each => each.request === name && each.cluster === cluster)?.pem
}

/** The new certificate, else the current one: a failed or refused step takes nothing away. */
function certificateOf(outcome: StepOutcome): string | undefined {
  const { step } = outcome
  if (!('request' in step) || !isOwnKey(step)) return undefined
  if (outcome.kind === 'issued') return outcome.certificate
  const inUse = currentCertificate(step.record)
  // A record may hold any text around its certificates; the comment is not the place for it.
  const chain = inUse === null ? null : orderChain(inUse.certificate)
  return chain?.ok === true ? chainPem(chain.value) : undefined
}

function byStep<T>(
  outcomes: readonly StepOutcome[],
  valueOf: (outcome: StepOutcome) => T | undefined,
): ReadonlyMap<Step, T> {
  return new Map(
    outcomes.flatMap(outcome => {
      const value = valueOf(outcome)
      return value === undefined ? [] : [[outcome.step, value] as const]
    }),
  )
}

/** The person with the key needs the certificate. If countersign made the key, the sinks have both. */
function isOwnKey(step: Step): boolean {
  return 'request' in step && step.request.key.kind === 'own'
}
