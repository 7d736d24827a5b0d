// The question whether a step was approved, of an applied commit or of an open pull request.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { Config } from '../../domain/request/config.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { isOpaque } from '../../domain/request/request.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import type { FileOrigin, NamedRule, Question } from '../../core/approval/proof-facts.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { effectiveDigestsOf, withdrawnClustersAt } from './effective-request-then.ts'
import type { LookUps } from './look-up-facts.ts'
import { namesake } from './namesakes.ts'

interface Judging {
  readonly judgedRequests: JudgedRequests
  readonly rules: Rules
  readonly lookUps: LookUps
}

export function questionAbout(
  step: Step,
  fileOrigin: FileOrigin,
  { judgedRequests, rules: { config }, lookUps }: Judging,
  rest: Pick<Question, 'background' | 'purpose' | 'effectiveDigestAt'>,
): Question {
  const request = 'request' in step ? step.request : null
  const verdict = request === null ? null : (judgedRequests.verdicts.get(request) ?? null)
  return {
    ...fileOrigin,
    ...rest,
    rulePath: fileOrigin.path,
    ...approverRules(request, verdict, config),
    holdsName: namesake(stepTarget(step).name, lookUps, config.requests),
  }
}

/**
 * Approver rules of the policies that allow a request, and never less than `approval.requests` asks. `request` null: for a withdrawal, or
 * for a file without a readable request.
 */
export function approverRules(
  request: EffectiveRequest | null,
  verdict: PolicyDecision | null,
  { approval }: Pick<Config, 'approval'>,
): Pick<Question, 'anyOf' | 'minimum' | 'extraApprovals'> {
  const minimum: NamedRule = { name: 'approval.requests', rule: approval.requests }
  if (request === null) return { anyOf: [minimum], minimum, extraApprovals: 0 }
  const policies = verdict?.decision === 'allowed' ? verdict.policies : []
  const named = policies.map(({ name, approvals }): NamedRule =>
    approvals === null ? minimum : { name: `policy ${name}`, rule: approvals },
  )
  return {
    anyOf: isNonEmpty(named) ? named : [minimum],
    minimum,
    extraApprovals: isOpaque(request.format) ? 1 : 0,
  }
}

/** A renewal is only that of a certificate that was issued by review. One from a terminal needs its first proof. */
export function purposeOf(step: Step, { recorded }: FileOrigin): Question['purpose'] {
  if (step.kind === 'withdraw') return 'withdrawal'
  const isReviewed = step.kind === 'renew' && step.current.proof.kind === 'review'
  return isReviewed && recorded !== null ? 'renewal' : 'change'
}

/** Null for a blocked step, which has no effective request: its bytes are what was approved. */
export function effectiveDigestAt(
  step: Step,
  fileOrigin: FileOrigin,
  file: RequestFile | undefined,
  then: Parameters<typeof withdrawnClustersAt>[2],
): Question['effectiveDigestAt'] {
  if (step.kind === 'blocked') return null
  if (step.kind === 'withdraw') return withdrawnClustersAt(step, fileOrigin, then)
  return effectiveDigestsOf(step.request, file, then)
}
