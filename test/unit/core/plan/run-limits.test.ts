import { describe, expect, test } from '@jest/globals'
import type { Limit, LimitsConfig } from '../../../../src/domain/request/config.ts'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { enforceLimits, limitDigest } from '../../../../src/core/plan/run-limits.ts'
import { config, effective, subject } from '../../../build/effective.ts'
import { NOW, requestRecord } from '../../../build/issued.ts'

const count = (number: number): Limit => ({ kind: 'count', count: number })
const percent = (number: number): Limit => ({ kind: 'percent', percent: number })

function limits(changes: Partial<LimitsConfig> = {}): LimitsConfig {
  return { maxIssue: count(2), maxRenew: count(2), maxWithdraw: count(2), lifted: [], ...changes }
}

function issues(number: number): readonly Step[] {
  const requests = Array.from({ length: number }, (_, index) =>
    effective({ name: `r${index}`, subject: subject(`CN=r${index}`) }),
  )
  const records = new Map([['prod', []]])
  return planSteps({
    requests,
    refused: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    records,
  }).steps
}

function withdrawals(number: number): readonly Step[] {
  const records = Array.from({ length: number }, (_, index) => ({
    ...requestRecord(),
    request: `gone${index}`,
  }))
  return planSteps({
    requests: [],
    refused: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    records: new Map([['prod', records]]),
  }).steps
}

function renewals(number: number): readonly Step[] {
  return issues(number).map((step, index) => {
    if (step.kind !== 'issue') throw new Error('no issue')
    const current = requestRecord().issued
    if (current === null) throw new Error('nothing issued')
    const until = new Date(NOW.getTime() + (number - index) * 1000)
    return { ...step, kind: 'renew', because: 'RenewalDue', current, until }
  })
}

const OPTIONS = { maxIssue: null, requests: 100, now: null, isHeld: () => false }

describe('a run with limits', () => {
  test('a run within its limits does every step', () => {
    const steps = [...issues(2), ...renewals(2), ...withdrawals(2)]
    expect(enforceLimits(steps, limits(), OPTIONS)).toEqual({
      allowed: steps,
      later: [],
      stopped: [],
    })
  })

  test.each([
    ['issues', issues(3), 'PLAN_LIMIT_ISSUE'],
    ['withdrawals', withdrawals(3), 'PLAN_LIMIT_WITHDRAW'],
  ])('a run with too many %s does none of them and all other steps', (_, many, code) => {
    const rest = renewals(1)
    const held = enforceLimits([...many, ...rest], limits(), OPTIONS)
    expect(held.allowed).toEqual(rest)
    expect(held.stopped).toMatchObject([{ steps: many, problem: { code } }])
  })

  test('a run renews the soonest expiry first and leaves the others for later', () => {
    const steps = renewals(4)
    const held = enforceLimits(steps, limits(), OPTIONS)
    expect(held.allowed).toEqual([steps[2], steps[3]])
    expect(held.later).toEqual([steps[1], steps[0]])
    expect(held.stopped).toEqual([])
  })

  test.each([
    [percent(10), 25, 3],
    [percent(10), 1, 1],
    [percent(0), 100, 1],
    [count(0), 100, 0],
  ])('the limit %j of %i requests is %i', (maxIssue, requests, most) => {
    const options = { ...OPTIONS, requests }
    expect(enforceLimits(issues(most), limits({ maxIssue }), options).stopped).toEqual([])
    expect(enforceLimits(issues(most + 1), limits({ maxIssue }), options).stopped).toHaveLength(1)
  })

  test('a withdrawal for a later day does not count where the day is known', () => {
    const pending = withdrawals(3)
    const asked = pending.map((step): Step =>
      step.kind === 'withdraw' ? { ...step, because: 'WithdrawAsked' } : step,
    )
    const options = { ...OPTIONS, now: NOW }
    expect(enforceLimits([...pending, ...asked.slice(1)], limits(), options).stopped).toEqual([])
    expect(enforceLimits([...pending, ...asked], limits(), options).stopped).toMatchObject([
      { steps: asked },
    ])
  })

  test('the end of a request does not count, and is never stopped', () => {
    const asked = withdrawals(9).map((step): Step =>
      step.kind === 'withdraw' ? { ...step, because: 'Ended' } : step,
    )
    expect(enforceLimits(asked, limits({ maxWithdraw: count(0) }), OPTIONS)).toMatchObject({
      allowed: asked,
      stopped: [],
    })
  })

  test('a withdrawal for a later day counts where no day is known, and the problem says how many are later', () => {
    const [first, ...pending] = withdrawals(3)
    if (first?.kind !== 'withdraw') throw new Error('no withdrawal')
    const steps: readonly Step[] = [{ ...first, because: 'WithdrawAsked' }, ...pending]
    expect(enforceLimits(steps, limits(), OPTIONS).stopped[0]?.problem.message).toMatch(
      /^up to 3 certificates would be withdrawn in one run \(2 of them only after expiry\), and the limit is 2 /,
    )
  })

  test('another renewal replaces one that is held back', () => {
    const steps = renewals(4)
    const isHeld = (step: Step) => step === steps[3]
    expect(enforceLimits(steps, limits(), { ...OPTIONS, isHeld })).toMatchObject({
      allowed: [steps[1], steps[2], steps[3]],
      later: [steps[0]],
    })
  })

  test('a lifted digest allows exactly its steps, and the problem names the digest', () => {
    const many = issues(3)
    const [stopped] = enforceLimits(many, limits(), OPTIONS).stopped
    expect(stopped?.problem.hint).toContain(limitDigest(many))
    expect(stopped?.problem.hint).toContain('at a terminal, without --prove: --max-issue 3')
    expect(enforceLimits(many, limits({ lifted: [limitDigest(many)] }), OPTIONS).stopped).toEqual(
      [],
    )
    const others = issues(4)
    expect(
      enforceLimits(others, limits({ lifted: [limitDigest(many)] }), OPTIONS).stopped,
    ).toHaveLength(1)
  })

  test('the option --max-issue sets the limit at a terminal', () => {
    expect(enforceLimits(issues(3), limits(), { ...OPTIONS, maxIssue: 3 }).stopped).toEqual([])
    const [stopped] = enforceLimits(issues(3), limits(), { ...OPTIONS, maxIssue: 2 }).stopped
    expect(stopped?.problem.message).toContain('the limit is 2 (--max-issue); nothing was issued')
  })
})

test('the limit digest does not depend on the order of steps', () => {
  const steps = issues(3)
  expect(limitDigest(steps.toReversed())).toBe(limitDigest(steps))
})
