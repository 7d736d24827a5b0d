// Limits of changes per run. If issues or withdrawals exceed their limit, all of them are stopped before the first call. Renewals
// of an unchanged request are only paced, soonest expiry first, and never stopped.
import { hash } from 'node:crypto'
import type { Limit, LimitsConfig } from '../../domain/request/config.ts'
import type { RenewStep, Step } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { digestedStep } from './plan-digests.ts'
import { isWithdrawalDue } from './due-withdrawals.ts'

export interface LimitOptions {
  /** --max-issue of a person at a terminal, null if it is not set. */
  readonly maxIssue: number | null
  /** Number of requests: percentages refer to it. */
  readonly requests: number
  /** A withdrawal counts if it is due by this time. Null counts later ones too. */
  readonly now: Date | null
  /** Whether the step is refused, or waits after a failure. Such a renewal does not count toward the limit of renewals. */
  readonly isHeld: (step: Step) => boolean
}

export interface Limited {
  /** Steps that may continue. */
  readonly allowed: readonly Step[]
  /** Renewals for a later run. */
  readonly later: readonly RenewStep[]
  /** Steps that a limit stops; each kind has its one problem. */
  readonly stopped: readonly { readonly steps: readonly Step[]; readonly problem: Problem }[]
}

export function enforceLimits(
  steps: readonly Step[],
  limits: LimitsConfig,
  options: LimitOptions,
): Limited {
  const issues = steps.filter(({ kind }) => kind === 'issue' || kind === 'reissue')
  // An end that was approved is never put off.
  const withdrawals = steps.flatMap(step =>
    step.kind === 'withdraw' && step.because !== 'Ended' ? [step] : [],
  )
  const { now, isHeld } = options
  const due = withdrawals.filter(step => now === null || isWithdrawalDue(step, now))
  const afterExpiry =
    now === null ? due.filter(({ because }) => because === 'FileRemoved').length : 0
  const renewals = steps.flatMap(step => (step.kind === 'renew' && !isHeld(step) ? [step] : []))
  const byExpiry = renewals.toSorted((a, b) => a.until.getTime() - b.until.getTime())
  const later = byExpiry.slice(allowance(limits.maxRenew, options.requests))
  const maxIssue =
    options.maxIssue === null
      ? { most: allowance(limits.maxIssue, options.requests), name: 'limits.maxIssue' }
      : { most: options.maxIssue, name: '--max-issue' }
  const most = allowance(limits.maxWithdraw, options.requests)
  const maxWithdraw = { most, name: 'limits.maxWithdraw' }
  const stopped = [
    ...over('issue', issues, maxIssue, limits.lifted, limitDigest(issues)),
    ...over('withdraw', due, maxWithdraw, limits.lifted, limitDigest(withdrawals), afterExpiry),
  ]
  const held = new Set<Step>([...later, ...stopped.flatMap(each => each.steps)])
  return { allowed: steps.filter(step => !held.has(step)), later, stopped }
}

/** Percentages are rounded up, to at least one. */
function allowance(limit: Limit, requests: number): number {
  return limit.kind === 'count'
    ? limit.count
    : Math.max(1, Math.ceil((requests * limit.percent) / 100))
}

const CLASSES = {
  issue: { code: 'PLAN_LIMIT_ISSUE', done: 'issued' },
  withdraw: { code: 'PLAN_LIMIT_WITHDRAW', done: 'withdrawn' },
} as const

function over(
  kind: keyof typeof CLASSES,
  steps: readonly Step[],
  { most, name }: { readonly most: number; readonly name: string },
  lifted: readonly string[],
  digest: string,
  afterExpiry = 0,
): Limited['stopped'] {
  if (steps.length <= most || lifted.includes(digest)) return []
  const { code, done } = CLASSES[kind]
  const certificates = steps.length === 1 ? 'certificate' : 'certificates'
  const terminal =
    kind === 'issue' ? `; at a terminal, without --prove: --max-issue ${steps.length}` : ''
  const [upTo, some] =
    afterExpiry === 0 ? ['', ''] : ['up to ', ` (${afterExpiry} of them only after expiry)`]
  const problem: Problem = unplaced(
    code,
    `${upTo}${steps.length} ${certificates} would be ${done} in one run${some}, and the limit is ${most} (${name}); nothing was ${done}`,
    `if this is intended, add this to limits.lifted in a pull request:\n"${digest}"\n(a run that reads other clusters or files prints another digest; use that of the run to lift)${terminal}`,
  )
  return [{ steps, problem }]
}

/** Covers exactly these steps and their effective requests, so that a lifted limit lets no other step through. */
export function limitDigest(steps: readonly Step[]): string {
  const sorted = steps.map(step => JSON.stringify(digestedStep(step))).toSorted()
  return `sha256:${hash('sha256', sorted.join('\n'))}`
}
