import { describe, expect, test } from '@jest/globals'
import { proveAtTerminal } from '../../../src/approval/prove.ts'
import type { TerminalFacts } from '../../../src/approval/prove.ts'
import type { IssueStep } from '../../../src/domain/plan.ts'
import { predict } from '../../../src/kubernetes/predict.ts'
import { effective } from '../../build/effective.ts'

const STEP: IssueStep = {
  kind: 'issue',
  because: 'NoCertificateYet',
  request: effective(),
  effective: 'ab'.repeat(32),
  prediction: predict(effective(), null),
  warnings: [],
  record: null,
}

const FACTS: TerminalFacts = {
  osUser: 'owner',
  clusterUser: 'countersign',
  requester: null,
  shown: 'cd'.repeat(32),
  at: new Date('2026-03-01T12:00:00Z'),
  isAutomation: false,
  commandLine: 'ask',
  saidYes: true,
}

describe('proveAtTerminal: a step', () => {
  test('is approved by a person who said yes to the plan that was shown', () => {
    const proved = proveAtTerminal(STEP, FACTS)
    expect(proved).toMatchObject({
      ok: true,
      value: {
        step: STEP,
        proof: {
          kind: 'terminal',
          osUser: 'owner',
          clusterUser: 'countersign',
          shown: FACTS.shown,
        },
      },
    })
  })

  test.each<[string, Partial<TerminalFacts>, string]>([
    ['where nobody can be there', { isAutomation: true }, 'APPROVAL_COMMAND_LINE'],
    ['where the configuration says never', { commandLine: 'never' }, 'APPROVAL_COMMAND_LINE'],
    ['without a yes', { saidYes: false }, 'APPROVAL_DECLINED'],
    [
      'in automation, whoever said yes',
      { isAutomation: true, saidYes: true },
      'APPROVAL_COMMAND_LINE',
    ],
  ])('is not approved %s', (_, changes, code) => {
    expect(proveAtTerminal(STEP, { ...FACTS, ...changes })).toMatchObject({
      ok: false,
      problems: [{ code }],
    })
  })

  test.each<[string, IssueStep, TerminalFacts]>([
    ['person', STEP, { ...FACTS, osUser: 'reviewer' }],
    ['user of the cluster', STEP, { ...FACTS, clusterUser: 'other' }],
    ['requester', STEP, { ...FACTS, requester: 'author' }],
    ['plan', STEP, { ...FACTS, shown: 'ef'.repeat(32) }],
    ['moment', STEP, { ...FACTS, at: new Date('2026-03-01T12:00:01Z') }],
    ['meaning', { ...STEP, effective: 'ef'.repeat(32) }, FACTS],
  ])('has another proof with another %s', (_, step, facts) => {
    const digestOf = (proved: ReturnType<typeof proveAtTerminal>): string =>
      proved.ok ? proved.value.proof.digest : ''
    expect(digestOf(proveAtTerminal(step, facts))).not.toBe(digestOf(proveAtTerminal(STEP, FACTS)))
  })
})
