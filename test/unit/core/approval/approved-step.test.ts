import { describe, expect, test } from '@jest/globals'
import { proveAtTerminal, proveByReview } from '../../../../src/core/approval/approved-step.ts'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import type { ReviewedStep, TerminalFacts } from '../../../../src/core/approval/approved-step.ts'
import type { IssuingStep, WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import { issueStep, terminalFacts } from '../../../build/approved.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { approvers, proofFacts, pullRequest, question } from '../../../build/proof.ts'
import { NOW } from '../../../build/issued.ts'
import { valueOf } from '../../../build/request.ts'

const prove = (facts: Partial<TerminalFacts> = {}, step: IssuingStep = issueStep()) =>
  proveAtTerminal(step, terminalFacts(facts))

function withdrawStep(name: string): WithdrawStep {
  const sinks = [secretSink()]
  const valid = { current: null, until: null, record: null, bindings: null }
  return {
    kind: 'withdraw',
    because: 'FileRemoved',
    name,
    cluster: 'prod',
    path: `requests/${name}.yaml`,
    sinks,
    ...valid,
  }
}

describe('confirmation at a terminal', () => {
  test('a confirmation approves the step and records who saw what and when', () => {
    const step = issueStep()
    const approved = valueOf(proveAtTerminal(step, terminalFacts({ requester: 'jane' })))
    expect(approved.step).toBe(step)
    expect(approved.proof).toEqual({
      kind: 'terminal',
      osUser: 'owner',
      clusterUser: 'admin',
      requester: 'jane',
      shown: 'ab'.repeat(32),
      at: NOW,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('another fact gives another proof digest', () => {
    const digest = (...facts: Parameters<typeof prove>): string =>
      valueOf(prove(...facts)).proof.digest
    const digests = [
      digest(),
      digest({ osUser: 'another' }),
      digest({ clusterUser: 'another' }),
      digest({ requester: 'jane' }),
      digest({ shown: 'cd'.repeat(32) }),
      digest({ at: new Date(NOW.getTime() + 1) }),
      digest({}, issueStep(effective({ organizations: ['admins'] }))),
      digest({}, issueStep(effective({ reissue: 1 }))),
    ]
    expect(new Set(digests).size).toBe(digests.length)
    expect(digest()).toBe(digests[0])
  })

  test('the proof of a withdrawal is bound to its request and cluster', () => {
    const digest = (name: string): string =>
      valueOf(proveAtTerminal(withdrawStep(name), terminalFacts())).proof.digest
    expect(digest('jane')).toBe(digest('jane'))
    expect(digest('jane')).not.toBe(digest('web'))
  })
})

describe('a refused confirmation', () => {
  test.each<[string, Partial<TerminalFacts>, string, string]>([
    [
      'in CI, whatever was typed',
      { isAutomation: true },
      'APPROVAL_COMMAND_LINE',
      'apply at the command line needs a person, and CI or GITHUB_ACTIONS is set',
    ],
    [
      'where the configuration forbids it',
      { commandLine: 'never' },
      'APPROVAL_COMMAND_LINE',
      'approval.commandLine is never in countersign.yaml: nothing is applied from a terminal',
    ],
    [
      'without a yes',
      { saidYes: false },
      'APPROVAL_DECLINED',
      'nobody said yes, so nothing was applied',
    ],
    [
      'in CI where the configuration forbids it too',
      { isAutomation: true, commandLine: 'never', saidYes: false },
      'APPROVAL_COMMAND_LINE',
      'apply at the command line needs a person, and CI or GITHUB_ACTIONS is set',
    ],
  ])('the command line approves nothing %s', (_, facts, code, message) => {
    expect(prove(facts)).toMatchObject({ ok: false, problems: [{ code, message }] })
  })
})

describe('approvals of a pull request', () => {
  const step = issueStep(effective({ path: 'jane', blob: 'b' }))
  const context = {
    tool: '0.1.0',
    commit: 'm1',
    configuration: new Map([['countersign.yaml', 'c']]),
    trustRoot: { digest: 'sha256:00', anchor: 'root' },
    bytes: new Uint8Array([1]),
  }
  const byReview = <S extends IssuingStep | WithdrawStep>(
    reviewed: ReviewedStep<S>,
    told: Parameters<typeof proofFacts>[0] = {},
  ) => proveByReview(reviewed, approvers(), proofFacts(told))

  test('approvals approve the step and are recorded as its evidence', () => {
    const { approved, warnings } = valueOf(byReview({ step, question: question(), context }))
    expect(warnings).toEqual([])
    expect(approved.step).toBe(step)
    expect(approved.proof).toMatchObject({ kind: 'review', at: proofFacts().now })
    if (approved.proof.kind !== 'review') throw new Error('it is no proof by review')
    const { evidence, digest } = approved.proof
    expect(digest).toBe(evidenceDigest(evidence))
    expect(evidence).toMatchObject({
      path: 'jane',
      blob: 'b',
      meaning: step.effective,
      commit: 'm1',
    })
  })

  test('approvals approve the step with warnings where there are some', () => {
    const { warnings } = valueOf(byReview({ step, question: question(), context }, { moves: null }))
    expect(warnings.map(({ code }) => code)).toEqual(['APPROVAL_MERGED_BY_PUSH'])
  })

  test('missing approvals approve nothing', () => {
    const pulls = [pullRequest({ reviews: [] })]
    expect(byReview({ step, question: question(), context }, { pulls })).toMatchObject({
      ok: false,
      problems: [{ code: 'APPROVAL_MISSING' }],
    })
  })

  test.each([
    ['another path', { path: 'mark' }],
    ['other bytes', { blob: 'c' }],
  ])('approvals of %s never approve the step', (_, changes) => {
    const about = question(changes)
    expect(() => byReview({ step, question: about, context })).toThrow('and the step another file')
  })

  test('approvals of a removal approve a withdrawal of its request and cluster', () => {
    const commits = 'root: jane=b\n h1 < root: jane=-\n m1 < root h1: jane=-'
    const withdrawal = { step: withdrawStep('jane'), question: question({ blob: null }), context }
    const { approved } = valueOf(byReview(withdrawal, { commits }))
    expect(approved.proof).toMatchObject({ evidence: { meaning: 'withdraw prod jane' } })
  })
})
