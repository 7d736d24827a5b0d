// The protection of a branch at a Gitea server: what a rule lacks, and which fields are set.
import { expect, test } from '@jest/globals'
import { giteaProtection, protectionGaps } from '../../../src/setup/gitea-protection.ts'

const needs = (configuration: number, requests: number) => ({
  configuration: { required: configuration },
  requests: { required: requests },
})
const WHOLE = giteaProtection(needs(1, 1), null)

test('the fields that are set leave no gap', () =>
  expect(protectionGaps(needs(1, 1), WHOLE)).toEqual([]))

test.each(Object.keys(WHOLE))('a rule whose answer lacks the field %s has one gap', field => {
  const { [field]: _, ...rest } = WHOLE
  expect(protectionGaps(needs(1, 1), rest)).toHaveLength(1)
})

test('a branch without a rule lacks every field', () =>
  expect(protectionGaps(needs(1, 1), null)).toHaveLength(Object.keys(WHOLE).length))

test.each([
  [1, 2, 0, 1],
  [2, 1, 0, 1],
  [3, 2, 0, 2],
  [1, 1, 4, 4],
  [2, 2, 2, 2],
])(
  'rules of %i and %i approvals and a branch that requires %i give %i',
  (configuration, requests, found, expected) => {
    const rule = giteaProtection(needs(configuration, requests), { required_approvals: found })
    expect(rule['required_approvals']).toBe(expected)
  },
)

test('a number of approvals that is no number is a gap', () =>
  expect(protectionGaps(needs(1, 1), { ...WHOLE, required_approvals: 'many' })).not.toEqual([]))
