// How much one run may change. Issues and withdrawals above their limit are stopped whole, before the first call; renewals of
// unchanged meaning are paced, soonest expiry first, and never stopped.
import { createHash } from 'node:crypto'
import type { Limit, LimitsConfig } from '../../domain/request/config.ts'
import type { RenewStep, Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { isWithdrawalDue } from './due-withdrawals.ts'

export interface LimitOptions {
  /** --max-issue of a person at a terminal, null where they said nothing. */
  readonly maxIssue: number | null
  /** How many requests there are: what shares are of. */
  readonly requests: number
  /** By when a withdrawal has to be due to be counted; null counts those for a later day, too. */
  readonly now: Date | null
  /** Refused, or waiting after a failure: it uses up nothing of the pace of renewals. */
  readonly isHeld: (step: Step) => boolean
}

export interface Limited {
  /** Steps that may go on. */
  readonly allowed: readonly Step[]
  /** Renewals for a later run. */
  readonly later: readonly RenewStep[]
  /** Steps that a limit stops, each class with its one problem. */
  readonly stopped: readonly { readonly steps: readonly Step[]; readonly problem: Problem }[]
}

export function enforceLimits(
  steps: readonly Step[],
  limits: LimitsConfig,
  options: LimitOptions,
): Limited {
  const issues = steps.filter(({ kind }) => kind === 'issue' || kind === 'reissue')
  const withdrawals = steps.filter(step => step.kind === 'withdraw')
  const { now, isHeld } = options
  const due = withdrawals.filter(step => now === null || isWithdrawalDue(step, now))
  const renewals = steps.flatMap(step => (step.kind === 'renew' && !isHeld(step) ? [step] : []))
  const byExpiry = renewals.toSorted((a, b) => a.until.getTime() - b.until.getTime())
  const later = byExpiry.slice(allowance(limits.maxRenew, options.requests))
  const maxIssue = options.maxIssue ?? allowance(limits.maxIssue, options.requests)
  const maxWithdraw = allowance(limits.maxWithdraw, options.requests)
  const stopped = [
    ...over('issue', issues, maxIssue, limits.lifted, limitDigest(issues)),
    ...over('withdraw', due, maxWithdraw, limits.lifted, limitDigest(withdrawals)),
  ]
  const held = new Set<Step>([...later, ...stopped.flatMap(each => each.steps)])
  return { allowed: steps.filter(step => !held.has(step)), later, stopped }
}

/** Shares round up, and are at least one. */
function allowance(limit: Limit, requests: number): number {
  return limit.kind === 'count'
    ? limit.count
    : Math.max(1, Math.ceil((requests * limit.percent) / 100))
}

const CLASSES = {
  issue: { code: 'PLAN_LIMIT_ISSUE', done: 'issued', limit: 'limits.maxIssue' },
  withdraw: { code: 'PLAN_LIMIT_WITHDRAW', done: 'withdrawn', limit: 'limits.maxWithdraw' },
} as const

function over(
  kind: keyof typeof CLASSES,
  steps: readonly Step[],
  most: number,
  lifted: readonly string[],
  digest: string,
): Limited['stopped'] {
  if (steps.length <= most || lifted.includes(digest)) return []
  const { code, done, limit } = CLASSES[kind]
  const certificates = steps.length === 1 ? 'certificate' : 'certificates'
  const terminal = kind === 'issue' ? `; at a terminal: --max-issue ${steps.length}` : ''
  const problem: Problem = {
    code,
    at: null,
    message: `${steps.length} ${certificates} would be ${done} in one run, and ${limit} lets ${most} through; none of them is`,
    hint: `if that is meant, add "${digest}" to limits.lifted in a pull request${terminal}`,
  }
  return [{ steps, problem }]
}

/** Names exactly these steps with their meaning, so that lifting the limit lets nothing else through. */
export function limitDigest(steps: readonly Step[]): string {
  const rows = steps.map(step =>
    'request' in step
      ? [step.kind, step.request.cluster, step.request.name, step.effective]
      : [step.kind, step.cluster, step.name, ''],
  )
  const sorted = rows.map(row => JSON.stringify(row)).toSorted()
  return `sha256:${createHash('sha256').update(sorted.join('\n')).digest('hex')}`
}
