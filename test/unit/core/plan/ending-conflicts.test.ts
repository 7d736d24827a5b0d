// Who may end what, where two files claim one name or one sink.
import { expect, test } from '@jest/globals'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { config, effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'

const JANE = effective()
const held = requestRecord(JANE, { issued: issuedRecord(JANE) })
function steps(requests: readonly EffectiveRequest[], records: readonly RequestRecord[] = [held]) {
  const compared = { refused: [], warnings: new Map(), config: config(), now: NOW }
  const { steps: made } = planSteps({
    ...compared,
    requests,
    records: new Map([['prod', records]]),
  })
  return made.map(s => `${s.kind} ${s.because} ${'request' in s ? s.request.path : s.path}`)
}

test('a second file of the name with withdraw: true ends nothing', () => {
  const second = { ...JANE, path: 'requests/a.yaml', withdraw: true }
  expect(steps([JANE, second])).toEqual(
    expect.arrayContaining([
      'keep UpToDate requests/jane.yaml',
      expect.stringContaining('blocked'),
    ]),
  )
  expect(steps([JANE, second]).join()).not.toContain('withdraw')
})
test('nor one whose end has passed', () => {
  const second = { ...JANE, path: 'requests/a.yaml', until: secondsAfter(NOW, -60) }
  expect(steps([JANE, second]).join()).not.toContain('withdraw')
})
test('another name with the same sink and identity', () => {
  const other = { ...effective({ name: 'leo' }), withdraw: true, sinks: JANE.sinks }
  expect(steps([JANE, other])).toEqual(expect.arrayContaining(['keep UpToDate requests/jane.yaml']))
  expect(steps([JANE, other]).join()).not.toContain('withdraw')
})

test.each([
  ['a withdrawal', 'WithdrawAsked', { withdraw: true }],
  ['an end that has passed', 'Ended', { until: secondsAfter(NOW, -60) }],
])('a file that claims the common name of another keeps nobody from %s', (_, because, change) => {
  const alice = effective({ name: 'alice', commonName: 'jane', path: 'requests/alice.yaml' })
  const other = requestRecord(alice, { issued: issuedRecord(effective({ name: 'alice' })) })
  const [made] = steps([alice, { ...JANE, ...change }], [held, other]).filter(text =>
    text.endsWith('requests/jane.yaml'),
  )
  expect(made).toBe(`withdraw ${because} requests/jane.yaml`)
})
