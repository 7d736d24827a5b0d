import { describe, expect, test } from '@jest/globals'
import { oldRuleUntil } from '../../../../src/workflows/prove/old-rule-records.ts'
import type { Question } from '../../../../src/core/approval/proof-facts.ts'
import type { TrustedConfiguration } from '../../../../src/core/approval/trust-root.ts'
import type { ConfigurationFiles } from '../../../../src/core/approval/configuration-digest.ts'
import { question, usualEvidence } from '../../../build/proof.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const LATER = '2026-04-01T00:00:00.000Z'

const CONFIGURATION = new Map(Object.entries(usualEvidence().configuration))

function until(
  changes: Partial<Question>,
  trusted: Pick<TrustedConfiguration, 'oldRule'> = { oldRule: null },
  configuration: ConfigurationFiles = CONFIGURATION,
): string | null {
  const old = { purpose: 'renewal', earlier: usualEvidence({ version: 1 }) } as const
  const asked = question({ ...old, ...changes })
  return oldRuleUntil(asked, trusted, configuration, NOW)?.toISOString() ?? null
}

describe('a renewal by the old rule', () => {
  test('the old rule renews for 90 days from the first renewal', () => {
    expect(until({})).toBe('2026-05-30T12:00:00.000Z')
  })

  test('the old rule renews until the day in the record', () => {
    expect(until({ earlier: usualEvidence({ oldRuleUntil: LATER }) })).toBe(LATER)
    expect(until({ earlier: usualEvidence({ version: 1, oldRuleUntil: LATER }) })).toBe(LATER)
  })
})

describe('a step that the old rule does not renew', () => {
  test.each<[string, Partial<Question>]>([
    ['other than a renewal', { purpose: 'change' }],
    ['without a record', { earlier: null }],
    ['that the current rule proved', { earlier: usualEvidence({ version: 2 }) }],
    [
      'from the second in the record on',
      { earlier: usualEvidence({ oldRuleUntil: NOW.toISOString() }) },
    ],
  ])('the old rule renews no step %s', (_, changes) => {
    expect(until(changes)).toBeNull()
  })
})

describe('a configuration that only the old rule trusts', () => {
  const problem = { code: 'APPROVAL_NO_TRUST_ROOT', at: null, message: 'one', hint: null } as const
  const oldRule = { oldRule: [problem] as const }
  const marked = { earlier: usualEvidence({ oldRuleUntil: LATER }) }

  test('the old rule does the first renewal, whatever changed before it', () => {
    expect(until({}, oldRule, new Map())).not.toBeNull()
  })

  test('the old rule does later renewals while the configuration is unchanged', () => {
    expect(until(marked, oldRule)).toBe(LATER)
  })

  test.each([
    ['a file changed', new Map([...CONFIGURATION].map(([path]) => [path, 'other']))],
    ['a file was added', new Map([...CONFIGURATION, ['policies/more.yaml', 'p']])],
    ['a file was removed', new Map<string, string>()],
  ])('the old rule does no later renewal where %s', (_, files) => {
    expect(until(marked, oldRule, files)).toBeNull()
    expect(until(marked, { oldRule: null }, files)).toBe(LATER)
  })
})
