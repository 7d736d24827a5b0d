// Outcomes of a run for a person: one line per request, its problems below, the count last.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Paint } from './terminal-colours.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { problemText } from './problem-text.ts'
import type { Severity } from './problem-text.ts'
import { displayed } from './displayable-text.ts'
import { roleRuleLines } from './role-rules-text.ts'
import { FEW, groupTable, groupText, rowGroups, withOwnNames } from './row-groups.ts'
import type { NamedRow } from './row-groups.ts'
import { bindingWords, counted, minute, shortHex } from './plural-words.ts'

/** Each kind of outcome: at a terminal, on a page of GitHub, and how good it is. */
export const OUTCOMES = {
  issued: { mark: '✓', icon: '✅', tone: 'good' },
  withdrawn: { mark: '✓', icon: '➖', tone: 'good' },
  kept: { mark: '=', icon: '✅', tone: 'good' },
  waiting: { mark: '…', icon: '⏳', tone: 'warn' },
  refused: { mark: '✗', icon: '⛔', tone: 'bad' },
  failed: { mark: '✗', icon: '❌', tone: 'bad' },
} as const

/** Steps that the plan marked as unchanged (`kept`) are only counted. */
export function outcomesText(outcomes: readonly StepOutcome[], paint: Paint): string {
  const acted = outcomes.filter(outcome => outcome.kind !== 'kept')
  const all = acted.filter(outcome => !isNotStarted(outcome))
  const started = all.length <= FEW ? all : openFirst(all)
  const clusters = new Set(acted.map(({ step }) => stepTarget(step).cluster))
  const rows = started.map(outcome => row(outcome, clusters.size > 1, paint))
  const told = started.length <= FEW ? rows : rows.map(withoutSerial)
  const lines = groupTable(told).map(line => `  ${line}`)
  const rules = roleRuleLines(started).map(line => `  ${displayed(line, 300)}`)
  const parts = [
    lines.join('\n'),
    rules.join('\n'),
    outcomeProblemsText(acted, paint, lines.join('\n')),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

/** Each problem once, and one line for all steps that were not started; for a log that has the lines of the outcomes already. */
export function outcomeProblemsText(
  outcomes: readonly StepOutcome[],
  paint: Paint,
  above = '',
): string {
  const started = outcomes.filter(outcome => !isNotStarted(outcome))
  const rows = started.flatMap(outcome =>
    problemsOf(outcome).map(problem => ({
      name: stepTarget(outcome.step).name,
      cells: [problemText(problem, paint, severityOf(outcome))],
    })),
  )
  const texts = rowGroups(withOwnNames(rows)).map(group => groupText(group, above))
  return [...new Set(texts), ...notStartedLine(outcomes, paint)].join('\n')
}

/** One line for all steps that an interrupted or declined run did not start. */
function notStartedLine(outcomes: readonly StepOutcome[], paint: Paint): readonly string[] {
  const idle = outcomes.filter(isNotStarted)
  const [declined] = idle.flatMap(each => (each.kind === 'refused' ? each.problems : []))
  if (declined) return [problemText(declined, paint)]
  if (idle.length === 0) return []
  const many = counted(idle.length, 'request was', 'requests were')
  return [`${paint.warn('interrupted')}: ${many} not started; to continue, apply again`]
}

/** The run was interrupted before the step, or nobody said yes. */
export function isNotStarted(outcome: StepOutcome): boolean {
  if (outcome.kind === 'refused') return outcome.problems[0]?.code === 'APPROVAL_DECLINED'
  return outcome.kind === 'waiting' && outcome.problem.code === 'RUN_INTERRUPTED'
}

/** What is not done comes first. */
export function openFirst(outcomes: readonly StepOutcome[]): readonly StepOutcome[] {
  const isDone = ({ kind }: StepOutcome): boolean => ['issued', 'withdrawn', 'kept'].includes(kind)
  return outcomes.toSorted((a, b) => Number(isDone(a)) - Number(isDone(b)))
}

/** What was done: a renewal is not called issued. */
export function outcomeWord({ kind, step }: StepOutcome): string {
  if (kind !== 'issued') return kind
  return step.kind === 'renew' ? 'renewed' : step.kind === 'reissue' ? 'reissued' : kind
}

/** One line of one outcome, shown when its request is done. */
export function outcomeLine(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case 'issued': {
      const login =
        outcome.logsInAs === null
          ? ''
          : `, logs in as ${visible(outcome.logsInAs.username)}${groupsOf(outcome.logsInAs.groups)}`
      return `serial ${shortHex(outcome.serial)}  until ${minute(outcome.notAfter)}  stored in ${outcome.stored.join(', ')}${login}`
    }
    case 'withdrawn':
      return `${outcome.emptied.length === 0 ? 'nothing to delete' : `deleted ${outcome.emptied.join(', ')}`}${worksUntil(outcome)}`
    case 'kept':
      return 'another run did it'
    case 'waiting':
      return outcome.problem.code
    case 'refused':
    case 'failed':
      return outcome.problems.map(({ code }) => code).join(', ')
  }
}

/** `4 of 4 · 3 done · 1 waiting`. */
export function outcomesVerdict(outcomes: readonly StepOutcome[]): string {
  const started = outcomes.filter(outcome => !isNotStarted(outcome))
  const count = (...kinds: readonly StepOutcome['kind'][]): number =>
    started.filter(({ kind }) => kinds.includes(kind)).length
  const idle = outcomes.length - started.length
  const parts = [
    [count('issued', 'withdrawn', 'kept'), 'done'],
    [count('waiting'), 'waiting'],
    [idle, 'not started'],
    [count('refused'), 'refused'],
    [count('failed'), 'failed'],
  ] as const
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`)
  return [`${started.length} of ${outcomes.length}`, ...told].join(' · ')
}

/** `hasClusters`: the outcomes are of several clusters, so each line names its own. */
function row(outcome: StepOutcome, hasClusters: boolean, paint: Paint): NamedRow {
  const { mark, tone } = OUTCOMES[outcome.kind]
  const { name, cluster } = stepTarget(outcome.step)
  const where = hasClusters ? [cluster ?? ''] : []
  const told = [outcomeWord(outcome), outcomeLine(outcome)]
  return { name, cells: [paint[tone](mark), visible(name), ...where, ...told] }
}

/** No two serial numbers are equal. `status -o wide` has them all. */
function withoutSerial({ name, cells }: NamedRow): NamedRow {
  return { name, cells: cells.map(cell => cell.replace(/^serial \S+ {2}/, '')) }
}

type Withdrawn = Extract<StepOutcome, { kind: 'withdrawn' }>

/** Whether the request had access: its bindings ended before the sinks were deleted. */
export function hadAccess({ step }: Withdrawn): boolean {
  const record = 'record' in step ? step.record : null
  return record?.history.some(({ grant }) => grant !== null) === true
}

function worksUntil(outcome: Withdrawn): string {
  const { notAfter, hasEnded, bindings } = outcome
  if (notAfter === null) return ''
  if (hasEnded) return `; the certificate ended at ${minute(notAfter)}`
  const access = hadAccess(outcome) ? '; its access has ended' : ''
  return `${access}; the certificate works until ${minute(notAfter)}${bindingWords(bindings)}`
}

/** What remains after a step that was carried out is a warning. */
function severityOf(outcome: StepOutcome): Severity {
  return 'warnings' in outcome ? 'warning' : 'error'
}

/** Problems that stop a step, or that remain after it. */
export function problemsOf(outcome: StepOutcome): readonly Problem[] {
  if (outcome.kind === 'waiting') return [outcome.problem]
  if ('warnings' in outcome) return outcome.warnings
  return 'problems' in outcome ? outcome.problems : []
}

/** The groups that the certificate gives, without system:authenticated, which every user has. */
function groupsOf(groups: readonly string[]): string {
  const own = groups.filter(group => group !== 'system:authenticated')
  return own.length === 0 ? '' : ` (${visible(own.join(', '))})`
}
