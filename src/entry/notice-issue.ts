// After apply the one issue of the repository says what does not go on by itself; it is closed once nothing is left.
import type { ApplyOutcome, StepOutcome } from '../domain/cluster/outcome.ts'
import { stepTarget } from '../domain/cluster/plan-step.ts'
import type { Step } from '../domain/cluster/plan-step.ts'
import type { NonEmpty, Problem } from '../domain/problem.ts'
import type { Ready } from '../workflows/issue/apply-reviewed.ts'
import { originKeyOfStep } from '../workflows/prove/request-origins.ts'
import { keyReminder } from '../core/plan/key-age.ts'
import type { Verdicts } from '../core/plan/key-age.ts'
import { fetchReminder } from '../core/plan/own-key-renewal.ts'
import { currentCertificate } from '../core/plan/current-certificate.ts'
import { NOTICE_MARKER, noticeBody, noticeTitle } from '../output/comment/notice-text.ts'
import type { NoticeEntry, Until } from '../output/comment/notice-text.ts'
import { problemsOf } from '../output/terminal/outcome-text.ts'
import type { CommentPorts } from './outcome-comments.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { Notices } from '../ports/hosted-repository.ts'

export interface NoticePorts extends Pick<CommentPorts, 'attempt'> {
  readonly notices: Notices
  readonly clock: Clock
  /** Whether comments on pull requests are written. */
  readonly mayComment: boolean
}

/** Waits that end by themselves need nobody. */
const PASSES: ReadonlySet<Problem['code']> = new Set([
  'APPROVAL_FILE_MOVED',
  'CLUSTER_CLAIMED',
  'RUN_INTERRUPTED',
])

/** The run of a newer commit decides what the notice says, or GitHub has to be there again. */
const OTHERS_DECIDE: ReadonlySet<Problem['code']> = new Set([
  'APPROVAL_HISTORY_REWRITTEN',
  'APPROVAL_CONFIG_MOVED',
  'GITHUB_UNREACHABLE',
  'GITHUB_TIMEOUT',
  'GITHUB_LIMIT',
  'GITHUB_ANSWER',
  'GITHUB_UNAVAILABLE',
  'APPROVAL_API_INCOMPLETE',
])

export async function updateNotice(
  ports: NoticePorts,
  { reviewed, commit, frame }: Ready,
  outcome: ApplyOutcome,
): Promise<void> {
  // What needs somebody now is for the run of the newest commit to say, also where a run of an older one is started again.
  if (commit.history.repository.tip !== frame.commit) return
  const { pullRequests, judgedRequests } = reviewed
  const facts = {
    steps: outcome.steps.map(({ step }) => step),
    verdicts: judgedRequests.verdicts,
    pullRequests,
    // In public no comment holds a certificate.
    hasComments: commit.history.repository.visibility !== 'public' && ports.mayComment,
    now: ports.clock.now(),
  }
  await write(
    ports,
    outcome.steps.flatMap(each => noticeEntries(each, facts)),
  )
}

/**
 * The run stopped before it knew any request, so nothing renews: of those the notice says nothing while that stands. `isNewest`:
 * it is of the newest commit.
 */
export async function noticeOfStoppedRun(
  ports: NoticePorts & { readonly repository: string },
  isNewest: boolean,
  problems: NonEmpty<Problem>,
): Promise<void> {
  if (!isNewest || OTHERS_DECIDE.has(problems[0].code)) return
  const named = { name: ports.repository, cluster: null, until: 'each' } as const
  await write(
    ports,
    problems.map(problem => ({ ...named, problem })),
  )
}

async function write(
  { notices, clock, attempt }: NoticePorts,
  entries: readonly NoticeEntry[],
): Promise<void> {
  const title = noticeTitle(entries)
  const { text } = noticeBody(entries, clock.now())
  await attempt('the notice', () =>
    entries.length === 0
      ? notices.close(NOTICE_MARKER, title, text)
      : notices.keep(NOTICE_MARKER, title, text),
  )
}

interface NoticeFacts {
  /** All of the run. */
  readonly steps: readonly Step[]
  readonly verdicts: Verdicts
  /** The pull request of each step, by `originKeyOfStep`. */
  readonly pullRequests: ReadonlyMap<string, number>
  /** Whether comments hold the certificates for keys that requesters keep. */
  readonly hasComments: boolean
  readonly now: Date
}

/** What is refused, failed or waits, with its first problem; else what its requester is reminded of. */
function noticeEntries(outcome: StepOutcome, facts: NoticeFacts): readonly NoticeEntry[] {
  const { step } = outcome
  const { name, cluster } = stepTarget(step)
  const named = { name, cluster }
  const stands = outcome.kind === 'failed' ? outcome.validUntil : undefined
  const until = stands ?? untilOf(step)
  const problem = outcome.kind === 'issued' ? undefined : problemsOf(outcome)[0]
  if (problem !== undefined) return PASSES.has(problem.code) ? [] : [{ ...named, until, problem }]
  const aged = keyReminder(step, facts.verdicts, facts.now)
  const fetched = fetchReminder(step, {
    isIssued: outcome.kind === 'issued',
    pullRequest: facts.hasComments ? commentedOn(step, facts) : null,
    isOfSeveral: facts.steps.some(other => other !== step && stepTarget(other).name === name),
    now: facts.now,
  })
  return [
    ...(fetched === null ? [] : [{ ...named, ...fetched }]),
    ...(aged === null ? [] : [{ ...named, until, problem: aged }]),
  ]
}

/** Where the certificate of the step was told last. */
function commentedOn(step: Step, { pullRequests }: NoticeFacts): number | null {
  const issued = 'record' in step ? currentCertificate(step.record) : null
  return (
    pullRequests.get(originKeyOfStep(step)) ?? issued?.proof.evidence?.pullRequest.number ?? null
  )
}

function untilOf(step: Step): Until {
  if (step.kind === 'blocked')
    return step.validUntil === undefined ? 'unknown' : (step.validUntil ?? 'none')
  return ('until' in step ? step.until : null) ?? 'none'
}
