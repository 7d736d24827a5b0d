// Certificates that are missing from some of their sinks: a Secret was deleted or changed, or an earlier run could not write one.
// Such a step becomes a renewal of the unchanged request. If a Secret still holds the pair, no other certificate is issued.
import type { KeepStep, Plan, RenewStep, Step } from '../../domain/cluster/plan-step.ts'

/** The plan, with a renewal in place of each kept certificate that is missing from some of its sinks. */
export function withIncompleteDeliveries(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.map(completing) }
}

/** The step, or the renewal in its place. */
export function completing<S extends Step>(step: S): S | RenewStep {
  if (step.kind !== 'keep' || step.because === 'Ended') return step
  const { current, until, renewAt: _later, ...facts }: KeepStep = step
  if (current === null || until === null || current.incomplete.length === 0) return step
  return { ...facts, current, until, kind: 'renew', because: 'CertificateMissingFromSink' }
}
