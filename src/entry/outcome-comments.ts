// The comment on each pull request after apply: what was done with its files. It takes over the comment with the plan, and is
// rewritten each time.
import type { ApprovalProof } from '../domain/proof/approved.ts'
import { orderChain } from '../core/certificate/certificate-chain.ts'
import type { ApplyOutcome, StepOutcome } from '../domain/cluster/outcome.ts'
import { stepTarget } from '../domain/cluster/plan-step.ts'
import type { Step } from '../domain/cluster/plan-step.ts'
import type { Ready } from '../workflows/issue/apply-reviewed.ts'
import { originKeyOfStep } from '../workflows/prove/request-origins.ts'
import { currentCertificate, leafOf } from '../core/plan/current-certificate.ts'
import { certificatesIn, hasCertificates } from '../output/comment/certificates-in-comment.ts'
import { issuedComment } from '../output/comment/outcome-comment.ts'
import type { PageLinks } from '../output/comment/page-links.ts'
import { OWN_COMMENT } from '../output/comment/plan-comment.ts'
import { chainPem } from '../core/sink/secret-layout.ts'
import type { Comments } from '../ports/comments.ts'
import { isLast } from '../core/plan/access-end.ts'
import { renewalTime } from '../core/plan/renewal-time.ts'
import { recordedProof } from '../core/plan/record-state.ts'
import type { Config } from '../domain/request/config.ts'
import { sinkTarget } from '../domain/request/sink.ts'
import type { RowApproval, ShownCertificate } from '../output/comment/certificate-rows.ts'

export interface CommentPorts {
  readonly comments: Comments
  /** Null if the addresses of the repository's pages are not known. */
  readonly links: PageLinks | null
  /** Runs `act`; if that fails, reports it and goes on with null, because a comment never stops a run. */
  readonly attempt: <T>(what: string, act: () => Promise<T>) => Promise<T | null>
}

export async function postComments(
  { comments, links, attempt }: CommentPorts,
  { reviewed, observed, frame, commit }: Ready,
  outcome: ApplyOutcome,
): Promise<void> {
  const proofs = new Map<string, ApprovalProof>(
    reviewed.approved.map(({ step, proof }) => [originKeyOfStep(step), proof]),
  )
  const { visibility } = commit.history.repository
  const news = byPullRequest(outcome.steps.filter(isNews), reviewed.pullRequests)
  const reached = new Set(observed.map(({ cluster }) => cluster.name))
  const isUnreached = ({ step }: StepOutcome): boolean => {
    const { cluster } = stepTarget(step)
    return cluster !== null && !reached.has(cluster)
  }
  await attempt('a look at the comments', () => comments.lookAt([...news.keys()]))
  for (const [number, { own, replacedBy }] of news) {
    // The comment is rewritten whole, so what did not change is repeated.
    const others = outcome.steps.filter(each => wasGivenOn(number, each) && !own.includes(each))
    const outcomes = [...own, ...others]
    const before = outcomes.some(isBlocked) ? await earlier({ comments, attempt }, number) : null
    // A cluster that does not answer is no news, and must not replace what a person needs.
    if (before !== null && own.every(isUnreached)) continue
    const page = issuedComment(outcomes, {
      pullRequest: number,
      commit: frame.commit,
      links,
      visibility,
      hasCertificates: hasCertificates({ visibility }, commit.rules.config),
      replacedBy,
      inUse: byStep(outcomes, each => rowCertificate(each, commit.rules.config)),
      approvals: byStep(outcomes, each =>
        rowApproval(each, proofs.get(originKeyOfStep(each.step))),
      ),
      proofs: byStep(outcomes, ({ step }) => proofs.get(originKeyOfStep(step))),
      certificates: byStep(
        outcomes.filter(({ step }) => !replacedBy.has(step)),
        each => certificateOf(each) ?? (isBlocked(each) ? certificateIn(before, each) : undefined),
      ),
    })
    await attempt(`the comment on #${number}`, () => comments.write(number, OWN_COMMENT, page.text))
  }
}

async function earlier(
  { comments, attempt }: Omit<CommentPorts, 'links'>,
  number: number,
): Promise<string | null> {
  const found: (string | null)[] = []
  await attempt(`a look at the earlier comment on #${number}`, async () => {
    found.push(await comments.find(number, OWN_COMMENT))
  })
  return found[0] ?? null
}

/** The news of one pull request. */
interface PullRequestNews {
  own: StepOutcome[]
  /** Outcomes by which another pull request replaced or ended its certificate. */
  readonly replacedBy: Map<Step, number>
}

function byPullRequest(
  outcomes: readonly StepOutcome[],
  pullRequests: ReadonlyMap<string, number>,
): ReadonlyMap<number, PullRequestNews> {
  const found = new Map<number, PullRequestNews>()
  const newsOf = (number: number): PullRequestNews => {
    const known = found.get(number) ?? { own: [], replacedBy: new Map() }
    found.set(number, known)
    return known
  }
  for (const outcome of outcomes) {
    const brought = pullRequests.get(originKeyOfStep(outcome.step))
    // A kept certificate is not proved again; its record says where it came from.
    const number = brought ?? (outcome.kind === 'kept' ? sourceOf(outcome.step) : null)
    if (number === null) continue
    newsOf(number).own.push(outcome)
    const before =
      outcome.kind === 'issued' || outcome.kind === 'withdrawn' ? sourceOf(outcome.step) : null
    if (before === null || before === number) continue
    const old = newsOf(before)
    old.own.push(outcome)
    old.replacedBy.set(outcome.step, number)
  }
  return found
}

/** The pull request that brought the certificate in the record; null if there is none. */
function sourceOf(step: Step): number | null {
  const record = 'record' in step ? step.record : null
  const inUse = step.kind === 'blocked' ? step.current : currentCertificate(record)
  return inUse?.proof.evidence?.pullRequest.number ?? null
}

function isBlocked({ step }: StepOutcome): boolean {
  return step.kind === 'blocked'
}

function isNews(outcome: StepOutcome): boolean {
  if (outcome.kind === 'kept') return outcome.revoked !== undefined
  return !isOfNewer(outcome)
}

/** A run that is started again may be of an old commit. The run of the newest commit has reported this file. */
function isOfNewer(outcome: StepOutcome): boolean {
  return (
    outcome.kind === 'refused' &&
    outcome.problems.every(({ code }) => code === 'APPROVAL_FILE_MOVED')
  )
}

/** Whether a certificate that this run left as it is was reported on the pull request. */
function wasGivenOn(number: number, outcome: StepOutcome): boolean {
  const { kind, step } = outcome
  const isLeft = isBlocked(outcome) || (kind === 'kept' && 'request' in step)
  return isLeft && sourceOf(step) === number
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

// What the comment after apply shows of one request: its certificate with the next renewal, and who approved it.

/** The new certificate, else the one in use; undefined if there is none. */
function rowCertificate(outcome: StepOutcome, config: Config): ShownCertificate | undefined {
  const { step } = outcome
  if (!('request' in step) || outcome.kind === 'withdrawn') return undefined
  const issued = outcome.kind === 'issued' ? outcome : currentCertificate(step.record)
  const leaf = issued === null ? null : leafOf(issued)
  if (issued === null || leaf === null) return undefined
  const { renewBefore, cluster, name } = step.request
  const { owner, rotation } = config
  const isRevoked = outcome.kind === 'kept' && outcome.revoked !== undefined
  const isOver = isRevoked || isLast(step.request, leaf.notAfter)
  const renewal = { owner, cluster, name }
  return {
    serial: leaf.serial,
    sha256: leaf.sha256,
    until: leaf.notAfter,
    stored: 'stored' in issued ? issued.stored : issued.sinks.map(sinkTarget),
    renewAt: isOver ? null : renewalTime(leaf, renewBefore, rotation, renewal, leaf.notBefore),
  }
}

/** By the proof of this run, else by that of the certificate in use. */
function rowApproval(
  { step, kind }: StepOutcome,
  proof: ApprovalProof | undefined,
): RowApproval | undefined {
  if (kind === 'refused' || kind === 'waiting') return undefined
  const record = 'record' in step ? step.record : null
  const known = proof === undefined ? currentCertificate(record)?.proof : recordedProof(proof)
  if (known === undefined) return undefined
  const { evidence, by } = known
  const reviewers = evidence?.approvals.map(({ reviewer }) => reviewer.login)
  return { by: reviewers ?? [by], rule: evidence?.rule.name ?? null }
}
