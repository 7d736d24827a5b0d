import { expect, test } from '@jest/globals'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import { missedByPlan } from '../../../../src/workflows/plan/run-scope.ts'
import { issueStep } from '../../../build/approved.ts'
import { config, DAY, effective, place } from '../../../build/effective.ts'

test('a planned request that may miss the hours of renewals is told, also if only its renewBefore changed', () => {
  const given = config()
  const window = { days: ['sat'], from: 22 * 60, to: 6 * 60, timezone: 'UTC' } as const
  const limited = {
    ...given,
    rotation: { ...given.rotation, window },
    places: new Map([['rotation.renewAt', place('countersign.yaml')]]),
  }
  const issue = issueStep(effective({ durationSeconds: 3 * DAY }))
  const keep = { ...issue, kind: 'keep', current: null, until: null, renewAt: null } as const
  const told = (step: Step) => missedByPlan([step], limited).map(({ code }) => code)
  expect(told(issue)).toEqual(['FILE_FIELD_VALUE'])
  expect(told({ ...keep, because: 'OnlyBytesChanged' })).toEqual(['FILE_FIELD_VALUE'])
  expect(told({ ...keep, because: 'UpToDate' })).toEqual([])
})
