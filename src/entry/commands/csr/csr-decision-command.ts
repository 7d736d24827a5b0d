// countersign csr approve|deny|delete: shows every object first, asks once, then carries out exactly this decision.
import { isNonEmpty, usageFailure } from '../../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../../domain/problem.ts'
import type { DescribedRequest } from '../../../domain/cluster/described-request.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { decide, objections, inUse } from '../../../workflows/decide/decide-request.ts'
import type { Decision, Words } from '../../../workflows/decide/decide-request.ts'
import { problemJson } from '../../../output/json/results-json.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { describedText } from '../../../output/terminal/described-request-text.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import type { Switches, Texts } from '../../flags/flag-values.ts'
import { unconfirmed } from '../print-results.ts'
import type { CsrContext } from './csr-context.ts'

export type DecideFlags = Partial<Switches<'yes'> & Texts<'reason' | 'message'>>

interface Place {
  readonly context: Context
  readonly session: CsrContext
  readonly now: Date
}

const DONE: Readonly<Record<Decision, string>> = {
  approve: 'approved',
  deny: 'denied',
  delete: 'deleted',
}

export async function decideAll(
  decision: Decision,
  place: Place,
  all: readonly DescribedRequest[],
  flags: DecideFlags,
): Promise<Answer> {
  const { context, session, now } = place
  refuseAutomation(context, decision)
  const words = wordsOf(decision, flags)
  const stands = all.map(seen => ({ seen, stand: inUse(decision, seen) }))
  const final = stands.flatMap(({ stand }) =>
    stand === null || stand === 'already' ? [] : [stand],
  )
  if (isNonEmpty(final)) return { ok: false, problems: final }
  const open = stands.filter(({ stand }) => stand === null).map(({ seen }) => seen)
  if (open.length > 0) {
    const { username } = await session.cluster.whoAmI()
    context.terminal.talk(`${session.config.name}: you are logged in as ${visible(username)}`)
  }
  for (const seen of open) context.terminal.talk(`${describedText(seen, now, context.paint)}\n`)
  const against = decision === 'approve' ? open.flatMap(objections) : []
  const { yes = false } = flags
  if (yes && isNonEmpty(against)) return refusedWithYes(context, open, against)
  if (open.length > 0 && !yes && !(await isConfirmed(context, decision, open, against)))
    return unconfirmed(context)
  const outcomes = stands.map(({ seen, stand }) => ({ seen, isAlready: stand === 'already' }))
  return carryOut(decision, place, outcomes, words)
}

async function carryOut(
  decision: Decision,
  { context, session }: Place,
  outcomes: readonly { readonly seen: DescribedRequest; readonly isAlready: boolean }[],
  words: Words,
): Promise<Answer> {
  const told: { name: string; outcome: string; problems: readonly Problem[] }[] = []
  for (const { seen, isAlready } of outcomes) {
    const { name } = seen.object
    const done = isAlready
      ? null
      : await decide(decision, seen, session.cluster.signingRequests, words)
    if (done === null) told.push({ name, outcome: `${DONE[decision]} already`, problems: [] })
    else if (done.ok) told.push({ name, outcome: DONE[decision], problems: [] })
    else told.push({ name, outcome: 'nothing was done', problems: done.problems })
  }
  const { paint } = context
  return {
    text: told
      .map(({ name, outcome, problems }) =>
        problems.length > 0
          ? problemsText(problems, paint)
          : `${visible(name)} ${paint.strong(outcome)}`,
      )
      .join('\n'),
    report: {
      outcomes: told.map(each => ({ ...each, problems: each.problems.map(problemJson) })),
    },
    hasRefusals: told.some(({ problems }) => problems.length > 0),
  }
}

/** --yes never overrides an objection. The objections are printed above, so one line with the verdict follows. */
function refusedWithYes(
  context: Context,
  open: readonly DescribedRequest[],
  against: NonEmpty<Problem>,
): Answer {
  if (context.options.output !== 'text') return { ok: false, problems: against }
  const names = open.filter(seen => objections(seen).length > 0)
  const listed = names.map(({ object }) => visible(object.name)).join(', ')
  context.terminal.result(
    `nothing was approved: ${listed} ${names.length === 1 ? 'has' : 'have'} ${objectionWords(against)}; to deny, use csr deny; to approve nevertheless, leave out --yes and answer the question`,
  )
  return 1
}

/** `2 objections (POLICY_VALUE, SIGNER_USAGE)`. */
function objectionWords(against: readonly Problem[]): string {
  const codes = [...new Set(against.map(({ code }) => code))].toSorted().join(', ')
  return `${against.length} ${against.length === 1 ? 'objection' : 'objections'} (${codes})`
}

/** In automation code review approves, since nobody reads what is shown. */
function refuseAutomation({ isAutomation }: Context, decision: Decision): void {
  if (!isAutomation || decision === 'delete') return
  throw usageFailure(
    `csr ${decision} needs a person at a terminal, and CI or GITHUB_ACTIONS is set`,
    'in CI use the action: it applies what code review approved',
  )
}

/** Reason and message of the condition. Who decided is in the audit log of the API server, which a local user name could contradict. */
function wordsOf(decision: Decision, { reason = null, message = null }: DecideFlags): Words {
  if (reason !== null && !/^[A-Za-z][A-Za-z0-9_,:]{0,126}$/.test(reason))
    throw usageFailure(`--reason "${visible(reason)}" is not one word`, 'for example Expected')
  const verb = DONE[decision]
  return {
    reason: reason ?? (decision === 'approve' ? 'ApprovedByHand' : 'DeniedByHand'),
    message: message ?? `${verb} with countersign csr ${decision}`,
  }
}

async function isConfirmed(
  { terminal }: Context,
  decision: Decision,
  open: readonly DescribedRequest[],
  against: readonly Problem[],
): Promise<boolean> {
  const names = open.map(({ object }) => visible(object.name)).join(', ')
  const what = open.length === 1 ? names : `these ${open.length} (${names})`
  const verb = `${decision[0]?.toUpperCase() ?? ''}${decision.slice(1)}`
  const question =
    against.length === 0
      ? `${verb} ${what}?`
      : `${objectionWords(against)}, see above. ${verb} ${what} nevertheless?`
  return (await terminal.ask(`${question} Only yes is accepted: `)).trim() === 'yes'
}
