// What a controller with --comment writes at the server of the repository: after a pass the outcome on each pull request and the notice,
// and the plan of each open pull request where no workflow writes it. The comment is only written: no code reads an approval from it.
import { attempting, caughtProblem } from '../domain/problem.ts'
import type { Problem } from '../domain/problem.ts'
import { problemComment } from '../output/comment/plan-comment.ts'
import type { Clock } from '../ports/clock-port.ts'
import type { HostedRepository, OpenPull } from '../ports/hosted-repository.ts'
import type { ControllerComments } from '../workflows/control/pass-ports.ts'
import { isAway } from '../workflows/control/reported-failures.ts'
import { planPullRequest } from '../workflows/plan/plan-pull-request.ts'
import type { ReviewFrame } from '../workflows/prove/applied-history.ts'
import type { PageLinks } from '../output/comment/page-links.ts'
import type { RepositoryFacts } from '../domain/proof/repository-facts.ts'
import { noticeOfStoppedRun, updateNotice } from './notice-issue.ts'
import { postComments } from './outcome-comments.ts'
import { commentFacts, commentOn, keepComment } from './pull-request-comment.ts'
import type { PagePorts } from './pull-request-comment.ts'

/** Renewals wait while plans are made, so the rest is planned at the next look. */
const MOST_PLANS = 5

export interface CommentingPorts {
  readonly clock: Clock
  readonly openRepository: () => Promise<HostedRepository>
  readonly linksOf: (facts: RepositoryFacts) => PageLinks | null
  /** Logs why something was not written. */
  readonly failed: (problems: readonly Problem[]) => void
}

export function controllerComments(
  { clock, openRepository, linksOf, failed }: CommentingPorts,
  frame: Omit<ReviewFrame, 'commit' | 'workflow'>,
): ControllerComments {
  /** The state of each open pull request that has its plan. */
  const planned = new Map<number, string>()

  const attempt = attempting((_, problem) => failed([problem]))
  const pagesOf = (repository: HostedRepository, facts: RepositoryFacts): PagePorts => ({
    comments: repository.comments(),
    links: linksOf(facts),
    clock,
    say: () => undefined,
    attempt,
  })
  const noticeOf = (repository: HostedRepository) => {
    return { attempt, clock, notices: repository.notices(), mayComment: true }
  }
  return {
    async passed(ready, outcome) {
      await attempt('comments', async () => {
        const repository = await openRepository()
        await postComments(pagesOf(repository, ready.commit.history.repository), ready, outcome)
        await updateNotice(noticeOf(repository), ready, outcome)
      })
    },

    async refused(problems) {
      await attempt('the notice', async () => {
        const repository = await openRepository()
        const { name } = await repository.facts()
        await noticeOfStoppedRun({ ...noticeOf(repository), repository: name }, true, problems)
      })
    },

    async looked(tip) {
      await attempt('the open pull requests', async () => {
        const repository = await openRepository()
        const open = (await repository.openPulls()) ?? []
        for (const number of planned.keys())
          if (!open.some(each => each.number === number)) planned.delete(number)
        const stateOf = ({ head, changed }: OpenPull): string => `${tip} ${head} ${changed}`
        const news = open.filter(each => planned.get(each.number) !== stateOf(each))
        for (const pull of news.slice(0, MOST_PLANS)) {
          planned.set(pull.number, stateOf(pull))
          await attempt(`the plan of #${pull.number}`, () => writePlan(repository, pull))
        }
      })
    },
  }

  /** As the action writes it. Throws what is not a refusal; then the next look tries again, if the server was away. */
  async function writePlan(
    repository: HostedRepository,
    { number, head }: OpenPull,
  ): Promise<void> {
    try {
      const facts = await repository.facts()
      const pages = pagesOf(repository, facts)
      const asked = { ...frame, number, head, workflow: null }
      const plan = await planPullRequest({ repository, clock }, asked)
      if (plan.ok) {
        const said = commentFacts(pages, plan.value, head, { kind: 'open' })
        await commentOn(pages, plan.value, said, number)
      } else {
        const page = problemComment(plan.problems, { head, links: pages.links })
        await keepComment(pages, number, page, false)
      }
    } catch (cause) {
      if (isAway(caughtProblem(cause))) planned.delete(number)
      throw cause
    }
  }
}
