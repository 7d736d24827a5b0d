// The question whether a step was approved, of an applied commit or of an open pull request.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { FileOrigin, Question } from '../../core/approval/proof-facts.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { approverRules } from './approver-rules.ts'
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
