// The plan of one pull request and its comment. The comment is only written: no code reads an approval from it.
import type { Plan } from '../domain/cluster/plan-step.ts'
import type { RepositoryFacts } from '../domain/proof/repository-facts.ts'
import type { PullRequest } from '../domain/proof/pull-request.ts'
import type { PullRequestPlan } from '../workflows/plan/plan-pull-request.ts'
import type { Page } from '../output/comment/comment-size-limit.ts'
import {
  OWN_COMMENT,
  PLAN_MARKER,
  mergedComment,
  planComment,
} from '../output/comment/plan-comment.ts'
import { hasCertificates } from '../output/comment/certificates-in-comment.ts'
import type { CommentFacts } from '../output/comment/plan-comment.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { CommentPorts } from './outcome-comments.ts'

export interface PagePorts extends CommentPorts {
  readonly clock: Clock
  readonly say: (text: string) => void
}

/** The facts that a pull request and a merge group share. */
export function factsOf(
  { links, clock }: Pick<PagePorts, 'links' | 'clock'>,
  { rules: { config }, judgedRequests }: Pick<PullRequestPlan, 'rules' | 'judgedRequests'>,
  { defaultBranch, visibility, tip }: RepositoryFacts,
) {
  const { clusters, people, approval } = config
  return {
    people,
    base: defaultBranch,
    visibility,
    hasCertificates: hasCertificates({ visibility }, config),
    maxAgeSeconds: approval.maxAgeSeconds,
    verdicts: judgedRequests.verdicts,
    links,
    rulesCommit: tip,
    isPullMode: clusters.length > 0 && clusters.every(({ auth }) => auth.kind === 'inCluster'),
    now: clock.now(),
  }
}

export function commentFacts(
  ports: Pick<PagePorts, 'links' | 'clock'>,
  planned: PullRequestPlan,
  head: string,
  phase: CommentFacts['phase'],
): CommentFacts {
  const { opened, needs, configuration } = planned
  const { number } = opened.pull
  return {
    ...factsOf(ports, planned, opened.repository),
    links: ports.links === null ? null : { ...ports.links, pull: number },
    author: opened.pull.author,
    head,
    needs,
    configuration: configuration.files,
    phase,
  }
}

/** Null if no comment is written: another run writes it, or nothing needs one. */
export async function commentOn(
  ports: PagePorts,
  planned: PullRequestPlan,
  facts: CommentFacts,
  number: number,
): Promise<string | null> {
  const { plan, opened } = planned
  const { head } = facts
  if (!isOvertaken(opened.pull, head))
    return keepComment(ports, number, planComment(plan, facts), isWorthSaying(plan, planned))
  ports.say(
    `#${number} has newer commits than ${head.slice(0, 7)}; the newest run writes its comment`,
  )
  return null
}

/** An existing comment is rewritten in any case: its text about older files would be wrong. There is no outcome before the merge. */
export async function keepComment(
  { comments, attempt }: PagePorts,
  number: number,
  { text }: Page,
  isNeeded: boolean,
): Promise<string | null> {
  return attempt(`the comment on #${number}`, async () => {
    const own = await comments.find(number, OWN_COMMENT)
    return isNeeded || own !== null ? comments.write(number, OWN_COMMENT, text) : null
  })
}

/** Changes the first line of a comment with a plan. One with an outcome knows more. */
export async function markMerged(
  { comments, links, attempt }: PagePorts,
  number: number,
  commit: string,
): Promise<void> {
  await attempt(`the comment on #${number}`, async () => {
    const own = await comments.find(number, OWN_COMMENT)
    if (own?.startsWith(PLAN_MARKER) === true)
      await comments.write(number, OWN_COMMENT, mergedComment(own, commit, links))
  })
}

/** A run that is started again, or comes late, is of a head that was pushed over. An answer that lags behind names no later one. */
function isOvertaken({ head: now, commits, forcePushes }: PullRequest, head: string): boolean {
  return (
    now.commit !== head &&
    (commits.some(({ id }) => id === head) || forcePushes.some(({ before }) => before === head))
  )
}

/** A pull request that does not concern certificates gets no comment. */
function isWorthSaying(
  { steps, problems, effects }: Plan,
  { opened, configuration }: PullRequestPlan,
): boolean {
  const told = steps.length + problems.length + effects.length + configuration.files.length
  return told > 0 || opened.fileOrigins.size > 0
}
