// JSON of plans, outcomes and problems for programs: all facts of the text, with a version and without secrets.
import type { ApplyOutcome, StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { Problem } from '../../domain/problem.ts'
import { rolesInPlaces } from '../../domain/request/access.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { REPORT_VERSION } from '../../domain/version.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { sinkWords } from '../terminal/plural-words.ts'

export function problemJson(problem: Problem): unknown {
  const { code, at, message, hint } = problem
  const place = at === null ? null : { file: at.file, line: at.line, column: at.column }
  return { code, at: place, message, hint }
}

/** The output of a command that failed before it had a result. */
export function problemsJson(problems: readonly Problem[]): unknown {
  return { version: REPORT_VERSION, problems: problems.map(problemJson) }
}

export function planJson(plan: Plan): unknown {
  return {
    version: REPORT_VERSION,
    basis: plan.basis,
    steps: plan.steps.map(stepJson),
    problems: plan.problems.map(problemJson),
    effects: plan.effects,
  }
}

export function applyJson(outcome: ApplyOutcome): unknown {
  return {
    version: REPORT_VERSION,
    plan: planJson(outcome.plan),
    outcomes: outcome.steps.map(outcomeJson),
    warnings: outcome.warnings.map(problemJson),
  }
}

function stepJson(step: Step): unknown {
  const { name, cluster } = stepTarget(step)
  const head = { kind: step.kind, name, cluster, because: step.because }
  switch (step.kind) {
    case 'blocked':
      return {
        ...head,
        path: step.path,
        // Null if there is no certificate, absent if this is unknown.
        until: step.validUntil,
        problems: step.problems.map(problemJson),
      }
    case 'withdraw':
      return {
        ...head,
        path: step.path,
        until: step.until,
        sinks: step.sinks.map(sinkWords),
        bindings: step.bindings,
      }
    case 'issue':
    case 'reissue':
    case 'renew':
    case 'keep':
      return {
        ...head,
        effective: step.effective,
        request: requestJson(step.request),
        predicted: predictionJson(step.prediction),
        warnings: step.warnings.map(problemJson),
        ...(step.fixedRoles.length === 0 ? {} : { fixedRoles: step.fixedRoles }),
        ...('changes' in step ? { changes: step.changes } : {}),
        ...('until' in step ? { until: step.until } : {}),
        ...('renewAt' in step ? { renewAt: step.renewAt } : {}),
      }
  }
}

function requestJson(request: EffectiveRequest): unknown {
  const { path, blob, format, uncommitted, signerName, usages, durationSeconds } = request
  return {
    path,
    blob,
    format,
    uncommitted,
    signerName,
    usages,
    durationSeconds,
    ...(request.until === null ? {} : { until: request.until }),
    subject: formatName(request.subject),
    subjectAltNames: request.sans.map(formatSan),
    privateKey: request.key.kind === 'own' ? 'kept by the requester' : request.key.spec,
    sinks: request.sinks.map(sinkWords),
    ...(request.access.length === 0 ? {} : { access: rolesInPlaces(request.access) }),
  }
}

export function predictionJson(prediction: PredictedCertificate): unknown {
  if (prediction.kind === 'not-predicted') return prediction
  return {
    ...prediction,
    subject: formatName(prediction.subject),
    sans: prediction.sans.map(formatSan),
  }
}

function outcomeJson(outcome: StepOutcome): unknown {
  const { step, ...rest } = outcome
  const { name, cluster } = stepTarget(step)
  const head = { name, cluster }
  if ('problems' in rest) return { ...head, ...rest, problems: rest.problems.map(problemJson) }
  if ('warnings' in rest) return { ...head, ...rest, warnings: rest.warnings.map(problemJson) }
  if ('problem' in rest) return { ...head, ...rest, problem: problemJson(rest.problem) }
  return { ...head, ...rest }
}
