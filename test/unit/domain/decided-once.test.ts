// A decision on two objects is taken once for the same two.
import { expect, test } from '@jest/globals'
import { decidedOnce } from '../../../src/domain/decided-once.ts'

test('the same two objects are decided on once, and equal ones again', () => {
  const asked: string[] = []
  const decide = decidedOnce((of: { name: string }, by: { name: string }) => {
    asked.push(`${of.name} by ${by.name}`)
    return of.name === 'none' ? null : asked.length
  })
  const [one, none, rule] = [{ name: 'one' }, { name: 'none' }, { name: 'rule' }]
  expect([decide(one, rule), decide(one, rule), decide(none, rule), decide(none, rule)]).toEqual([
    1,
    1,
    null,
    null,
  ])
  expect(decide(one, { ...rule })).toBe(3)
  expect(asked).toEqual(['one by rule', 'none by rule', 'one by rule'])
})
