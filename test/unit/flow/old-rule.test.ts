import { describe, expect, test } from '@jest/globals'
import { oldRuleUntil } from '../../../src/flow/old-rule.ts'
import type { Question } from '../../../src/approval/facts.ts'
import { question, usualEvidence } from '../../build/proof.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const LATER = '2026-04-01T00:00:00.000Z'

function until(changes: Partial<Question>): string | null {
  const old = { purpose: 'renewal', earlier: usualEvidence({ version: 1 }) } as const
  return oldRuleUntil(question({ ...old, ...changes }), NOW)?.toISOString() ?? null
}

describe('the old rule carries a renewal', () => {
  test('for 90 days from the first one', () => {
    expect(until({})).toBe('2026-05-30T12:00:00.000Z')
  })

  test('until the day that the record says', () => {
    expect(until({ earlier: usualEvidence({ oldRuleUntil: LATER }) })).toBe(LATER)
    expect(until({ earlier: usualEvidence({ version: 1, oldRuleUntil: LATER }) })).toBe(LATER)
  })
})

describe('the old rule carries nothing', () => {
  test.each<[string, Partial<Question>]>([
    ['else than a renewal', { purpose: 'issue' }],
    ['without a record', { earlier: null }],
    ["that was proved by today's rule", { earlier: usualEvidence({ version: 2 }) }],
    [
      'from the very moment that the record says',
      { earlier: usualEvidence({ oldRuleUntil: NOW.toISOString() }) },
    ],
  ])('%s', (_, changes) => {
    expect(until(changes)).toBeNull()
  })
})
