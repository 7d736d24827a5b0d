// Every named history, judged on the state of the double. Together they show each approval code at least twice.
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../../src/domain/problem-codes.ts'
import type { Expected, History } from '../../build/history/history.ts'
import { readHistories, readHistory } from '../../build/history/read-history.ts'
import { rows } from '../../build/extent.ts'
import { rehearse } from '../../build/history/rehearsal.ts'

const histories = readHistories()
/** Chains of more than fifty versions take seconds each. */
const LONG = /fifty/
/** A short run plays one history of this many: neighbours in the list are variations, and each shows one break of the mutation table. */
const SHORT_STEP = 3

describe('countersign judges each history as it says', () => {
  test.each(
    rows(histories, ({ name }, at) => at % SHORT_STEP === 0 && !LONG.test(name)).map(
      history => [history.name, history] as const,
    ),
  )('countersign judges the history %s as it expects', async (_, history) => {
    expect(await rehearse(history)).toEqual([])
  })
})

/** Codes that come from elsewhere than a proof by review; other tests cover them. */
const ELSEWHERE = new Set([
  'APPROVAL_API_INCOMPLETE',
  // Reported by plan.
  'APPROVAL_BASE_UNPROVED',
  'APPROVAL_COMMAND_LINE',
  'APPROVAL_DECLINED',
  // Told beside the outcome.
  'APPROVAL_ENDS_UNREAD',
  'APPROVAL_EVIDENCE_UNREADABLE',
  // Reported by prove for a certificate.
  'APPROVAL_EVIDENCE_MISSING',
  'APPROVAL_UNPROVEN',
])

describe('the histories', () => {
  const seen = histories.flatMap(codesOf)

  test.each(
    Object.keys(CODES).filter(code => code.startsWith('APPROVAL_') && !ELSEWHERE.has(code)),
  )('the histories show %s at least twice', code => {
    expect(seen.filter(each => each === code).length).toBeGreaterThanOrEqual(2)
  })

  test('the histories are at least 90, each with its own title and story', () => {
    expect(histories.length).toBeGreaterThanOrEqual(90)
    expect(new Set(histories.map(({ title }) => title)).size).toBe(histories.length)
    const stories = histories.map(({ given, steps, expect: end }) =>
      JSON.stringify([given, steps, end]),
    )
    expect(new Set(stories).size).toBe(histories.length)
  })
})

/** Each code once for each history that expects it. */
function codesOf({ steps, expect: end }: History): readonly string[] {
  const all = [end, ...steps.flatMap(deed => (deed.kind === 'find' ? [deed.expect] : []))]
  return [...new Set(all.flatMap(codesIn))]
}

function codesIn({ requests, run, warnings }: Expected): readonly string[] {
  const refused = Object.values(requests).flatMap(verdict =>
    verdict.kind === 'refused' ? verdict.codes : [],
  )
  return [...refused, ...run, ...warnings]
}

describe('a history that cannot be read', () => {
  const text = (...steps: readonly string[]): string =>
    `title: one\nabout: one\nsteps:\n${steps.map(step => `- ${step}\n`).join('')}expect: approved\n`

  test.each([
    [
      'a verb that nobody knows',
      text('reviewer aproves PR1'),
      'no sentence reads "reviewer aproves PR1"',
    ],
    ['a push without files', text('author pushes to add-jane'), 'needs files'],
    ['files where none belong', text('reviewer approves PR1: {a: b}'), 'takes no files'],
    ['a code that does not exist', text().replace('approved', 'APPROVAL_NONE'), 'expect'],
    ['a member that does not exist', `${text()}expected: approved\n`, 'expected'],
  ])('an error names %s', (_, history, message) => {
    expect(() => readHistory('one', history)).toThrow(message)
  })
})
