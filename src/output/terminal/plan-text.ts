// A plan for a person at a terminal: one line per request, grouped by cluster, the verdict last.
import { askedSeconds, stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'
import { problemText } from './problem-text.ts'
import { CLUSTER_CODES } from './status-rows.ts'
import { FEW, groupTable, groupText, rowGroups, withOwnNames } from './row-groups.ts'
import type { NamedRow } from './row-groups.ts'
import { wholeSteps } from './step-details.ts'
import { table } from './text-table.ts'
import {
  counted,
  failureWords,
  isUnknown,
  missingWords,
  purpose,
  relative,
  sinksWords,
  subjectWords,
  waitsForExpiry,
  withdrawalWords,
} from './plural-words.ts'

/** Facts of a cluster in addition to its steps. */
export interface ClusterFacts {
  readonly name: string
  /** v1.36.3; null if the cluster was not asked, like the URL of its API server. */
  readonly version: string | null
  readonly server: string | null
}

export interface PlanContext {
  readonly clusters: readonly ClusterFacts[]
  readonly files: number
  readonly now: Date
  /** The source of the files: `working tree`, a commit. */
  readonly source: string
  readonly paint: Paint
  /** Each step is shown in full below the table, for a person who confirms it. */
  readonly isWhole?: boolean
}

/** Each kind of step, in the order of the text: its mark and colour, and the words that count it. */
const KINDS = {
  issue: { mark: '+', tone: 'good', words: 'to issue' },
  reissue: { mark: '±', tone: 'warn', words: 'to reissue' },
  renew: { mark: '↻', tone: 'good', words: 'to renew' },
  withdraw: { mark: '−', tone: 'warn', words: 'to withdraw' },
  blocked: { mark: '✗', tone: 'bad', words: 'refused' },
  keep: { mark: '=', tone: 'dim', words: 'unchanged' },
} as const

export function planText(plan: Plan, context: PlanContext): string {
  const { paint } = context
  const { steps } = plan
  const names = [...new Set(steps.map(step => stepTarget(step).cluster))]
  const blocks = names.map(name =>
    clusterBlock(
      name,
      steps.filter(step => stepTarget(step).cluster === name),
      context,
    ),
  )
  const errors = plan.problems.map(problem => problemText(problem, paint))
  const details = [...new Set([...errors, ...stepProblems(plan.steps, paint, blocks.join('\n'))])]
  const head =
    plan.basis === 'tree' ? ['compared with the base commit; no cluster is contacted'] : []
  const parts = [
    ...head,
    ...blocks,
    ...(context.isWhole === true ? wholeSteps(steps, context.now, blocks.join('\n')) : []),
    details.join('\n'),
    effectsText(plan),
    paint.strong(planCountText(plan, context.now)),
  ]
  return parts.filter(part => part !== '').join('\n\n')
}

/** Refusals, then warnings. Those of unread Secrets, and in a large plan all, are one if they differ by the name of the request only. */
export function stepProblems(steps: readonly Step[], paint: Paint, above = ''): readonly string[] {
  const rows = (['error', 'warning'] as const).map(severity =>
    steps.flatMap(step => {
      const { name } = stepTarget(step)
      const problems = step.kind === 'blocked' ? step.problems : []
      // An unchanged request writes no sinks.
      const isHere = ({ code }: Problem): boolean =>
        step.kind !== 'keep' || !/^SINK_(?:NO_RUNNER|TOKEN)$/.test(code)
      const warnings = 'warnings' in step ? step.warnings.filter(isHere) : []
      const all = severity === 'error' ? problems : warnings
      return all.map(each => ({
        name,
        isShared: steps.length > FEW || /^SINK_(?:UNKNOWN|NO_RUNNER)$/.test(each.code),
        cells: [problemText(each, paint, severity)],
      }))
    }),
  )
  return rows.flatMap(each => rowGroups(withOwnNames(each))).map(group => groupText(group, above))
}

/** Not "nothing to do": apply also ends bindings and denies orphans, and a plan does not count these. */
const IDLE = 'nothing to issue, renew or withdraw'

/** `1 to issue, 1 refused, 9 unchanged`. */
export function planCountText(plan: Plan, now: Date): string {
  const count = (kind: string): number => plan.steps.filter(step => step.kind === kind).length
  const later = plan.steps.filter(
    step => step.kind === 'withdraw' && waitsForExpiry(step, now),
  ).length
  const parts = [
    ...Object.entries(KINDS).map(([kind, { words }]) => {
      const limit = `PLAN_LIMIT_${kind.replace('re', '').toUpperCase()}`
      const stop = plan.problems.some(({ code }) => code === limit) ? ' (stopped by the limit)' : ''
      return [count(kind) - (kind === 'withdraw' ? later : 0), words + stop] as const
    }),
    [later, 'to withdraw after the certificate expires'] as const,
  ].flatMap(([number, text]) => (number === 0 ? [] : [`${number} ${text}`]))
  if (parts.length === 0) return IDLE
  const unknown = plan.steps.filter(step => step.kind === 'keep' && isUnknown(step)).length
  if (unknown > 0)
    return `${parts.join(', ')} (${unknown} of them unknown: a Secret could not be read)`
  return count('keep') === plan.steps.length
    ? `${IDLE}: ${count('keep')} unchanged`
    : parts.join(', ')
}

function clusterBlock(name: string | null, steps: readonly Step[], context: PlanContext): string {
  const facts = context.clusters.find(cluster => cluster.name === name)
  const known = [facts?.version ?? null, facts?.server ?? null].filter(fact => fact !== null)
  const where = known.length === 0 ? '' : ` (${visible(known.join(' at '))})`
  const files = counted(context.files, 'request file')
  const title = name === null ? 'not for any cluster' : `${name}${where}`
  const shown = Object.keys(KINDS).flatMap(kind =>
    steps.filter(step => step.kind === kind && kind !== 'keep'),
  )
  const unchanged = unchangedRow(steps, context)
  const rows = shown.map(step => row(step, context))
  const lines = groupTable(unchanged === null ? rows : [...rows, { name: '', cells: unchanged }])
  return [
    `${context.paint.strong(title)} · ${files} · ${context.source}`,
    '',
    ...lines.map(line => `  ${line}`),
  ].join('\n')
}

/** Requests of a cluster that did not answer, or that could not be logged in to, have the same problem, which is printed below. */
function row(step: Step, context: PlanContext): NamedRow {
  const { kind } = step
  const { mark, tone } = KINDS[kind]
  const { name } = stepTarget(step)
  const [first, second] = kind === 'blocked' ? step.problems : []
  const isShared = first?.at === null && second === undefined && CLUSTER_CODES.test(first.code)
  const tried = [what(step, context), triedWords(step, context)].filter(each => each !== '')
  const told = [kind === 'blocked' ? 'refused' : kind, visible(tried.join('; '))]
  const cells = [context.paint[tone](mark), visible(name), ...told]
  return { name, cells: [...cells, isShared ? '' : visible(where(step))], isShared }
}

function triedWords(step: Step, { now }: PlanContext): string {
  return 'effective' in step ? failureWords(step, now) : ''
}

function what(step: Step, context: PlanContext): string {
  switch (step.kind) {
    case 'issue':
      return [
        purpose(step.request),
        identity(step.request),
        formatDuration(askedSeconds(step)),
      ].join(' · ')
    case 'reissue':
      return step.changes.length === 0
        ? step.because
        : step.changes.map(({ member, from, to }) => `${member}: ${from} → ${to}`).join('; ')
    case 'renew':
      if (step.because === 'CertificateMissingFromSink') return missingWords(step)
      if (step.because === 'AuthorityRetires') return 'its CA retires'
      return expiry(step.until, context.now)
    case 'withdraw':
      return withdrawalWords(step, context.now)
    case 'blocked':
      return step.problems.map(({ code }) => code).join(', ')
    case 'keep':
      return step.because
  }
}

function expiry(until: Date, now: Date): string {
  return until > now ? `expires ${relative(until, now)}` : `expired ${relative(until, now)}`
}

function where(step: Step): string {
  if (step.kind === 'blocked') {
    const at = step.problems[0].at
    return at === null ? step.path : `${at.file}:${at.line}:${at.column}`
  }
  return step.kind === 'withdraw'
    ? `→ ${sinksWords(step.sinks)}`
    : `→ ${sinksWords(step.request.sinks)}`
}

/** The subject of a request, and the number of other names; a single name is shown itself. */
function identity(request: EffectiveRequest): string {
  const subject = subjectWords(request)
  const [first, ...others] = request.sans.map(formatSan)
  const names = others.length === 0 ? first : `${others.length + 1} names`
  return [subject, names ?? ''].filter(part => part !== '').join(' · ')
}

function unchangedRow(steps: readonly Step[], context: PlanContext): readonly string[] | null {
  const kept = steps.flatMap(step => (step.kind === 'keep' ? [step] : []))
  if (kept.length === 0) return null
  const dated = kept.flatMap(({ request, renewAt, warnings }) => {
    const isRevoked = warnings.some(({ code }) => code === 'ACCESS_REVOKED')
    return renewAt === null || isRevoked ? [] : [{ name: request.name, renewAt }]
  })
  const next = dated.toSorted((a, b) => a.renewAt.getTime() - b.renewAt.getTime())[0]
  const { paint } = context
  const text =
    next === undefined ? '' : `next: ${visible(next.name)} ${relative(next.renewAt, context.now)}`
  const count = kept.length === steps.length ? `${kept.length}` : `${kept.length} more`
  return [paint.dim('='), paint.dim(count), 'keep', paint.dim(text), '']
}

// What a changed configuration or changed policies do to requests that exist.

/** Effects of the changed configuration or policies, one line per request; empty without effects. */
function effectsText({ effects }: Plan): string {
  if (effects.length === 0) return ''
  const rows = effects.map(({ request, was, will, codes, reason, changes }) => {
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`
    const meaning =
      reason ?? changes.map(({ member, from, to }) => `${member}: ${from} → ${to}`).join('; ')
    return [
      '  ~',
      visible(request),
      was === will ? `${will}${why}` : `${was} → ${will}${why}`,
      visible(meaning),
    ]
  })
  return ['once this change of the configuration or the policies is merged:', ...table(rows)].join(
    '\n',
  )
}
