// A step that withdraws the certificate of jane, as its file asks.
import type { WithdrawStep } from '../../src/domain/cluster/plan-step.ts'

export function withdrawStep(changes: Partial<WithdrawStep> = {}): WithdrawStep {
  return {
    kind: 'withdraw',
    because: 'WithdrawAsked',
    name: 'jane',
    cluster: 'prod',
    path: 'requests/jane.yaml',
    current: null,
    record: null,
    until: null,
    sinks: [],
    bindings: null,
    ...changes,
  }
}
