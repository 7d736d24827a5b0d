import { expect, test } from '@jest/globals'
import { asksRequester, forAnyRequester } from '../../../../src/core/policy/any-requester.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { effective } from '../../../build/effective.ts'
import { policy } from '../../../build/policy.ts'

const LINES = [
  "allowed: {commonName: {validations: [{rule: 'self == requester.name'}]}, subject: {organizations: {values: ['*']}}, usages: [digital signature, client auth]}",
  'sinks: [{secret: {namespaces: ["*"], names: ["*"]}}]',
]
const decisionOf = (...more: readonly string[]): string =>
  judge(effective(), [forAnyRequester(policy([...LINES, ...more]))], [], {
    requester: null,
    isPublic: false,
  }).decision

test('rules that read the requester hold, and all other rules are evaluated', () => {
  expect(decisionOf()).toBe('allowed')
  expect(decisionOf("rules: [{rule: 'request.commonName == requester.name'}]")).toBe('allowed')
  expect(decisionOf("rules: [{rule: 'request.commonName == path'}]")).not.toBe('allowed')
})

test('a policy asks the requester by a rule, or by a validation of a name', () => {
  const rule = "rules: [{rule: 'request.commonName == requester.name'}]"
  const [names = '', sinks = ''] = LINES
  expect([[names], [sinks, rule], [sinks]].map(lines => asksRequester(policy(lines)))).toEqual([
    true,
    true,
    false,
  ])
})
