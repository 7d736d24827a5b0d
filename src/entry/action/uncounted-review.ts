// A review that changes no plan: of a person without a say, or only a comment. The check keeps the result of the last plan.
import type { Event, ReviewEvent } from '../../adapters/github/actions/run-event.ts'
import type { Account } from '../../domain/proof/account.ts'
import { approvalRules, readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import { mark } from '../../output/comment/safe-markdown.ts'
import { input } from './job-context.ts'
import type { ActionRun } from './job-context.ts'

type PullRequestEvent = Extract<Event, { readonly kind: 'pullRequest' }>

/**
 * The exit code of the last plan of this head, if the review cannot change it; null if the pull request has to be planned. It asks
 * GitHub at most five times. If something is unknown, it is planned: the last run was cancelled, or the right of the reviewer cannot be read.
 */
export async function resultOfLastPlan(
  action: ActionRun,
  { head, review }: PullRequestEvent,
): Promise<0 | 1 | null> {
  const { repository, runner, run } = action
  const { workflow, id: own } = run
  if (review === null || workflow === null || own === 0) return null
  const why = await reasonOf(action, review)
  const earlier = why === null ? null : await repository.earlierRun({ head, workflow, own })
  if (why === null || earlier === null) return null
  const state = earlier.hasPassed ? 'passed' : 'failed'
  runner.say(`${why}, so nothing changes: the last plan ${state}, ${earlier.page}`)
  await runner.summarize(
    mark`### countersign: unchanged, the last plan ${{ markdown: state }}`.markdown,
  )
  return earlier.hasPassed ? 0 : 1
}

/** Null if the review may count. */
async function reasonOf(
  { repository, runner }: ActionRun,
  { action, state, author }: ReviewEvent,
): Promise<string | null> {
  if (action === 'submitted' && state === 'commented') return 'the review is a comment'
  if (author === null || action !== 'submitted') return null
  const rights = await repository.reviewerRights([author], [])
  const permission = rights.permission(author)
  if (permission !== 'none' && permission !== 'read') return null
  // A request for changes counts for a person whom a rule names, also without the right to write, and an approval takes it back.
  const { tip } = await repository.facts()
  const rules = await readRules(repository.filesAt(tip), input(runner, 'config'), null)
  return rules.ok && !mayBeNamed(author, rules.value)
    ? `${author.login} has no right to write, and no rule names this account`
    : null
}

/** True also if teams or code owners may approve: who these are is a longer question. */
function mayBeNamed({ id }: Account, rules: Rules): boolean {
  return approvalRules(rules).some(
    ({ users, teams, codeOwners }) =>
      codeOwners || teams.length > 0 || users.some(user => user.id === id),
  )
}
