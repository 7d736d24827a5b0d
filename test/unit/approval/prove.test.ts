import { describe, expect, test } from '@jest/globals'
import { proveAtTerminal } from '../../../src/approval/prove.ts'
import type { TerminalFacts } from '../../../src/approval/prove.ts'
import type { IssuingStep, WithdrawStep } from '../../../src/domain/plan.ts'
import { issueStep, terminalFacts } from '../../build/approved.ts'
import { effective, secretSink } from '../../build/effective.ts'
import { NOW } from '../../build/issued.ts'
import { valueOf } from '../../build/request.ts'

const prove = (facts: Partial<TerminalFacts> = {}, step: IssuingStep = issueStep()) =>
  proveAtTerminal(step, terminalFacts(facts))

function withdrawStep(name: string): WithdrawStep {
  const sinks = [secretSink()]
  const standing = { current: null, until: null, record: null }
  return { kind: 'withdraw', because: 'FileRemoved', name, cluster: 'prod', path: `requests/${name}.yaml`, sinks, ...standing }
}

describe('a yes at a terminal', () => {
  test('seals the step with who saw what and when', () => {
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

  test('is another proof for every other fact', () => {
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

  test('for a withdrawal is bound to its request and cluster', () => {
    const digest = (name: string): string =>
      valueOf(proveAtTerminal(withdrawStep(name), terminalFacts())).proof.digest
    expect(digest('jane')).toBe(digest('jane'))
    expect(digest('jane')).not.toBe(digest('web'))
  })
})

describe('no proof', () => {
  test.each<[string, Partial<TerminalFacts>, string, string]>([
    [
      'in CI, whatever was typed',
      { isAutomation: true },
      'APPROVAL_COMMAND_LINE',
      'apply at the command line needs a person, and CI or GITHUB_ACTIONS is set',
    ],
    [
      'where the configuration allows none',
      { commandLine: 'never' },
      'APPROVAL_COMMAND_LINE',
      'approval.commandLine is never in countersign.yaml: nothing is applied from a terminal',
    ],
    [
      'where nobody said yes',
      { saidYes: false },
      'APPROVAL_DECLINED',
      'nobody said yes, so nothing was applied',
    ],
    [
      'in CI where the configuration allows none either',
      { isAutomation: true, commandLine: 'never', saidYes: false },
      'APPROVAL_COMMAND_LINE',
      'apply at the command line needs a person, and CI or GITHUB_ACTIONS is set',
    ],
  ])('%s', (_, facts, code, message) => {
    expect(prove(facts)).toMatchObject({ ok: false, problems: [{ code, message }] })
  })
})
