// maxUntil of a policy: how far away a request may end.
import { describe, expect, test } from '@jest/globals'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { DAY, effective } from '../../../build/effective.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'
import { JANE_LINES, NOBODY, policy } from '../../../build/policy.ts'

const HOUR = 3600

function endingIn(seconds: number): EffectiveRequest {
  return effective({ until: secondsAfter(NOW, seconds) })
}

/** By policies that differ in maxUntil only; null: without it. */
function verdictOn(request: EffectiveRequest, bounds: readonly (string | null)[], now?: Date) {
  const policies = bounds.map((most, at) =>
    policy([...JANE_LINES, ...(most === null ? [] : [`maxUntil: ${most}`])], `p${at}`),
  )
  return judge(request, policies, [], { ...NOBODY, ...(now === undefined ? {} : { now }) })
}

describe('maxUntil', () => {
  test.each([
    ['no end', effective(), 'does not allow no end'],
    ['an end that is a second later', endingIn(3 * DAY + 1), 'does not allow the end 2026-'],
  ])('a request with %s is denied at its until', (_, request, words) => {
    expect(verdictOn(request, ['72h'], NOW)).toMatchObject({
      decision: 'denied',
      problems: [{ code: 'POLICY_UNTIL', message: expect.stringContaining(words) }],
    })
  })

  test('the end may be as late as the policy says', () => {
    expect(verdictOn(endingIn(3 * DAY), ['72h'], NOW)).toMatchObject({ decision: 'allowed' })
  })

  test('another policy that sets no bound, or a later one, may allow the request', () => {
    expect(verdictOn(effective(), ['24h', null], NOW)).toMatchObject({ by: 'p1' })
    expect(verdictOn(endingIn(3 * DAY), ['24h', '72h'], NOW)).toMatchObject({ by: 'p1' })
  })

  test('the end in the hint is allowed, at each second of the clock', () => {
    for (const seconds of [0, 1, 59, 60 * HOUR - 1]) {
      const now = secondsAfter(NOW, seconds)
      const verdict = verdictOn(effective(), ['1h'], now)
      const hint = verdict.decision === 'denied' ? verdict.problems[0].hint : ''
      const [, example = ''] = /write until: (\S+)$/.exec(hint ?? '') ?? []
      const mended = effective({ until: new Date(example) })
      expect([hint, verdictOn(mended, ['1h'], now).decision]).toEqual([hint, 'allowed'])
      expect(mended.until?.getTime()).toBeGreaterThan(now.getTime() + (HOUR - 60) * 1000)
    }
  })

  test('without a clock nothing is allowed', () => {
    expect(verdictOn(endingIn(HOUR), ['72h'])).toMatchObject({ decision: 'denied' })
  })
})
