// Approved steps for tests of the code after the approval.
import { proveAtTerminal } from '../../src/core/approval/approved-step.ts'
import type { TerminalFacts } from '../../src/core/approval/approved-step.ts'
import type { ApprovedStep } from '../../src/domain/proof/approved.ts'
import type { IssueStep, IssuingStep } from '../../src/domain/cluster/plan-step.ts'
import type { RequestRecord } from '../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../src/domain/request/request.ts'
import { predict } from '../../src/lib/kubernetes/predict-certificate.ts'
import { effectiveDigest, effectiveJson } from '../../src/core/plan/plan-digests.ts'
import { clusterConfig, effective } from './effective.ts'
import { NOW } from './issued.ts'
import { valueOf } from './request.ts'

export function issueStep(request: EffectiveRequest = effective()): IssueStep {
  const meaning = effectiveJson(request, clusterConfig({ name: request.cluster }))
  return {
    kind: 'issue',
    because: 'NoCertificateYet',
    request,
    effective: effectiveDigest(meaning),
    prediction: predict(request, null),
    warnings: [],
    fixedRoles: [],
    record: null,
  }
}

export function terminalFacts(changes: Partial<TerminalFacts> = {}): TerminalFacts {
  return {
    osUser: 'owner',
    clusterUser: 'admin',
    requester: null,
    shown: 'ab'.repeat(32),
    at: NOW,
    isAutomation: false,
    commandLine: 'ask',
    saidYes: true,
    ...changes,
  }
}

/** `record`: the record that the plan has read, null if there was none. `fixedRoles`: as the policies say. */
export function approvedStep(
  request: EffectiveRequest = effective(),
  record: RequestRecord | null = null,
  fixedRoles: readonly string[] = [],
): ApprovedStep<IssuingStep> {
  const step = { ...issueStep(request), record, fixedRoles }
  return valueOf(proveAtTerminal<IssuingStep>(step, terminalFacts()))
}
