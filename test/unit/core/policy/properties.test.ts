// What must hold for every set of policies: more policies never allow less, and less in a request never needs more.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import type { Policy } from '../../../../src/domain/request/policy.ts'
import { NAME_MEMBERS } from '../../../../src/domain/request/policy.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { AUTHOR, policy } from '../../../build/policy.ts'
import { runs } from '../../../build/extent.ts'

const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'a.b', '')
const words = fc.uniqueArray(word, { maxLength: 2 })
const pattern = fc.constantFrom('a', 'b', '*', '*', '*', 'a*', '*b', 'a*b', '', 'c')
const usages = fc.uniqueArray(fc.constantFrom('client auth' as const, 'server auth' as const), {
  maxLength: 1,
})
const sinks = fc.constantFrom(
  '[]',
  '[{secret: {namespaces: [apps]}}]',
  '[{secret: {namespaces: ["*"], names: [x]}}]',
)

const request = fc
  .record({
    commonName: fc.option(word),
    organizations: words,
    dnsNames: words,
    uris: words,
    emailAddresses: words,
    usages,
    sinks: fc.constantFrom([], [secretSink()]),
    durationSeconds: fc.constantFrom(600, 3600, 86_400),
  })
  .map(said => effective(said))

/** Mostly the first, so that a good part of all requests is allowed. */
function mostly<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })
}

/** What a policy says about one member, as YAML. */
const member = fc
  .record({
    values: mostly<string[] | null>(['*'], fc.option(fc.array(pattern, { maxLength: 3 }))),
    required: mostly(false, fc.boolean()),
    rule: mostly<string | null>(
      null,
      fc.constantFrom("self != 'b'", "self.startsWith('a')", 'self.size() < 2'),
    ),
  })
  .map(({ values, required, rule }) => {
    const parts = [
      ...(values === null ? [] : [`values: ${JSON.stringify(values)}`]),
      ...(rule === null ? [] : [`validations: [{rule: ${JSON.stringify(rule)}}]`]),
    ]
    const isRequired = required && parts.length > 0 ? ['required: true'] : []
    return `{${[...parts, ...isRequired].join(', ')}}`
  })

const lines = fc
  .record({
    commonName: mostly('*', pattern),
    organizations: member,
    dnsNames: member,
    uris: member,
    emailAddresses: member,
    usages: fc.constant(['client auth', 'server auth']),
    sinks,
    least: fc.constantFrom('0s', '1h'),
    rules: mostly(
      '[]',
      fc.constantFrom(
        '[{rule: "request.dnsNames.size() < 3"}]',
        '[{rule: "request.commonName == requester.name"}]',
      ),
    ),
  })
  .map(said => [
    'allowed:',
    `  commonName: {value: ${JSON.stringify(said.commonName)}}`,
    `  subject: {organizations: ${said.organizations}}`,
    `  dnsNames: ${said.dnsNames}`,
    `  uris: ${said.uris}`,
    `  emailAddresses: ${said.emailAddresses}`,
    `  usages: ${JSON.stringify(said.usages)}`,
    `sinks: ${said.sinks}`,
    `constraints: {minDuration: ${said.least}}`,
    `rules: ${said.rules}`,
  ])

const set = fc
  .array(lines, { minLength: 1, maxLength: 4 })
  .map(all => all.map((text, index) => policy(text, `p${index}`)))

const isAllowed = (asked: ReturnType<typeof effective>, policies: readonly Policy[]): boolean =>
  judge(asked, policies, [], AUTHOR).decision === 'allowed'

const RUNS = { numRuns: runs(200, 25) }

describe('any policies and any request', () => {
  test('one more policy never denies what the others allow', () =>
    fc.assert(
      fc.property(request, set, lines, (asked, policies, more) => {
        if (!isAllowed(asked, policies)) return
        expect(isAllowed(asked, [policy(more, 'more'), ...policies])).toBe(true)
      }),
      RUNS,
    ))

  test('the order of the policies does not matter', () =>
    fc.assert(
      fc.property(request, set, (asked, policies) => {
        const backwards = [...policies].reverse()
        expect(judge(asked, backwards, [], AUTHOR)).toEqual(judge(asked, policies, [], AUTHOR))
      }),
      RUNS,
    ))

  test('a policy with a member allows no less than the policy without it', () =>
    fc.assert(
      fc.property(request, set, fc.constantFrom(...NAME_MEMBERS), (asked, [first], name) => {
        if (first === undefined || first.allowed.names[name]?.isRequired === true) return
        const names = { ...first.allowed.names, [name]: null }
        const without = { ...first, allowed: { ...first.allowed, names } }
        if (isAllowed(asked, [without])) expect(isAllowed(asked, [first])).toBe(true)
      }),
      RUNS,
    ))

  test('a request with one value fewer is still allowed, where nothing requires it', () =>
    fc.assert(
      fc.property(
        request,
        set,
        fc.constantFrom('dnsNames', 'uris', 'emailAddresses', 'organizations'),
        (asked, policies, list) => {
          const free = policies.map(relaxed)
          if (!isAllowed(asked, free)) return
          expect(isAllowed(withoutFirst(asked, list), free)).toBe(true)
        },
      ),
      RUNS,
    ))

  test('a rule that throws allows nothing', () =>
    fc.assert(
      fc.property(request, set, (asked, policies) => {
        const ask = () => ({ failed: 'by the test' })
        const rule = { expression: { text: 'x', ask, compared: () => null }, message: null }
        const failing = policies.map(one => ({ ...one, rules: [rule] }))
        expect(judge(asked, failing, [], AUTHOR).decision).not.toBe('allowed')
      }),
      RUNS,
    ))
})

/** The policy without its rules and without `required`. */
function relaxed(one: Policy): Policy {
  const entries = Object.entries(one.allowed.names).map(([name, allowed]) => [
    name,
    allowed === null ? null : { ...allowed, isRequired: false },
  ])
  const names: Policy['allowed']['names'] = Object.fromEntries(entries)
  return { ...one, rules: [], allowed: { ...one.allowed, names } }
}

function withoutFirst(asked: ReturnType<typeof effective>, list: string) {
  if (list === 'organizations') {
    const index = asked.subject.findIndex(rdn => rdn[0]?.oid === '2.5.4.10')
    return { ...asked, subject: asked.subject.filter((_, at) => at !== index) }
  }
  const kinds: Readonly<Record<string, string>> = {
    dnsNames: 'dnsName',
    uris: 'uri',
    emailAddresses: 'emailAddress',
  }
  const index = asked.sans.findIndex(({ kind }) => kind === kinds[list])
  return { ...asked, sans: asked.sans.filter((_, at) => at !== index) }
}

test('between 10 % and 90 % of the generated requests are allowed', () => {
  const made = fc.sample(fc.tuple(request, set), { numRuns: 200, seed: 1 })
  const share = made.filter(([asked, policies]) => isAllowed(asked, policies)).length / made.length
  expect(share).toBeGreaterThan(0.1)
  expect(share).toBeLessThan(0.9)
})
