import { describe, expect, test } from '@jest/globals'
import {
  waitingAfterFailure,
  retryAt,
  withFailure,
} from '../../../../src/core/plan/failure-back-off.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { failureWords } from '../../../../src/output/terminal/plural-words.ts'
import { config, effective } from '../../../build/effective.ts'
import { NOW } from '../../../build/issued.ts'

const HOUR_MS = 3_600_000

function failed(times: number, effectiveDigest = 'e') {
  let record = newRecord('jane', 'prod')
  for (let count = 0; count < times; count++) record = withFailure(record, effectiveDigest, NOW)
  return record
}

describe('a failed request', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
    [6, 32],
    [7, 32],
    [40, 32],
  ])('a request that failed %d times is retried after %d hours', (times, hours) => {
    expect(retryAt(failed(times), 'e')).toEqual(new Date(NOW.getTime() + hours * HOUR_MS))
  })

  test('a request with another effective request is retried at once, and its failures are counted from one', () => {
    expect(retryAt(failed(5), 'other')).toBeNull()
    expect(withFailure(failed(5), 'other', NOW).failures).toMatchObject({ count: 1 })
  })

  test('a request is not delayed before its first failure', () => {
    expect(retryAt(newRecord('jane', 'prod'), 'e')).toBeNull()
    expect(retryAt(null, 'e')).toBeNull()
  })

  test('a request waits for its retry time, and the problem names it', () => {
    const [planned] = stepsWith(null)
    if (planned?.kind !== 'issue') throw new Error('not an issue step')
    const [step] = stepsWith(failed(2, planned.effective))
    if (step?.kind !== 'issue') throw new Error('not an issue step')
    const problem = waitingAfterFailure(step, new Date(NOW.getTime() + 2 * HOUR_MS - 1))
    expect(problem?.code).toBe('PLAN_BACK_OFF')
    expect(problem?.message).toContain('failed 2 times')
    expect(waitingAfterFailure(step, new Date(NOW.getTime() + 2 * HOUR_MS))).toBeNull()
  })

  test('a request that waits names the problem of its last failure, cut to 300 characters', () => {
    const [planned] = stepsWith(null)
    if (planned?.kind !== 'issue') throw new Error('not an issue step')
    const unsigned = {
      code: 'CLUSTER_UNSIGNED',
      message: `nobody signed${'!'.repeat(999)}`,
    } as const
    const before = failed(1, planned.effective)
    const [step] = stepsWith(withFailure(before, planned.effective, NOW, unsigned))
    if (step?.kind !== 'issue') throw new Error('not an issue step')
    expect(waitingAfterFailure(step, NOW)?.message).toMatch(
      /^jane failed 2 times \(CLUSTER_UNSIGNED: nobody signed!{287}\); it is tried again after /,
    )
    expect(failureWords(step, NOW)).toBe('failed 2 times, last in 0s (CLUSTER_UNSIGNED)')
    const again = withFailure(step.record ?? before, planned.effective, NOW)
    expect(again.failures).toEqual({ count: 3, lastAt: NOW, effective: planned.effective })
  })

  function stepsWith(record: ReturnType<typeof failed> | null) {
    return planSteps({
      requests: [effective({ name: 'jane' })],
      refused: [],
      warnings: new Map(),
      config: config(),
      records: new Map([['prod', record === null ? [] : [record]]]),
      now: NOW,
    }).steps
  }
})
