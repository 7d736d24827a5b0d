// Approved steps for tests of what comes after the approval.
import { proveAtTerminal } from '../../src/approval/prove.ts'
import type { TerminalFacts } from '../../src/approval/prove.ts'
import type { ApprovedStep } from '../../src/domain/approval.ts'
import type { IssueStep, IssuingStep } from '../../src/domain/plan.ts'
import type { EffectiveRequest } from '../../src/domain/request.ts'
import { predict } from '../../src/kubernetes/predict.ts'
import { effectiveDigest, effectiveJson } from '../../src/plan/digest.ts'
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

export function approvedStep(request: EffectiveRequest = effective()): ApprovedStep<IssuingStep> {
  return valueOf(proveAtTerminal<IssuingStep>(issueStep(request), terminalFacts()))
}
