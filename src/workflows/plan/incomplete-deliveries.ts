// Certificates that are not in each of their sinks: a Secret was deleted or changed, or an earlier run could not reach one. The
// step that puts it right is a renewal of unchanged meaning, which makes no other certificate where a Secret still holds the pair.
import type { KeepStep, Plan, RenewStep, Step } from '../../domain/cluster/plan-step.ts'

/** The plan in which what would be kept, and is not in each of its sinks, is put there. */
export function withIncompleteDeliveries(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.map(step => completing(step) ?? step) }
}

function completing(step: Step): RenewStep | null {
  if (step.kind !== 'keep') return null
  const { current, until, renewAt: _later, ...facts }: KeepStep = step
  if (current === null || until === null || current.incomplete.length === 0) return null
  return { ...facts, current, until, kind: 'renew', because: 'CertificateMissingFromSink' }
}
