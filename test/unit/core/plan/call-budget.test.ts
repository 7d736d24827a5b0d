import { describe, expect, test } from '@jest/globals'
import { budgetProblem, passInterval } from '../../../../src/core/plan/call-budget.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'

test.each([
  [20, 1000, 72],
  [10, 1000, 60],
  [66, 1000, 238],
  [66, 30, 7920],
])(
  'a pass of %i calls fits into %i calls an hour each %i s',
  (callsPerPass, callsPerHour, seconds) =>
    expect(passInterval({ callsPerHour, callsPerPass })).toBe(seconds),
)

describe('certificates that are too short for the budget', () => {
  const budget = { callsPerHour: 100, callsPerPass: 25 }
  const problem = (minutes: number) =>
    budgetProblem(
      issueStep(
        effective({
          durationSeconds: 12 * 3600,
          renewBefore: { kind: 'seconds', seconds: minutes * 60 },
        }),
      ),
      budget,
    )

  test('two looks fit between renewal and end', () => expect(problem(30)).toBeNull())

  test('two looks do not fit: the problem has the numbers', () =>
    expect(problem(29)).toMatchObject({
      code: 'CONTROLLER_BUDGET',
      message:
        'jane is renewed 29m before its end, and 100 calls an hour are enough for one look at GitHub in 15m: it needs two',
    }))

  test('without renewBefore it is a third of the duration', () => {
    const step = issueStep(effective({ durationSeconds: 3600, renewBefore: null }))
    expect(budgetProblem(step, budget)?.message).toContain('20m before its end')
  })
})
