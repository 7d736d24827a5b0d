import { describe, expect, test } from '@jest/globals'
import type { ExceptionConfig } from '../../../../../src/domain/request/config.ts'
import {
  builtInProblems,
  withoutExcepted,
} from '../../../../../src/core/policy/built-in/built-in-rules.ts'
import { effective } from '../../../../build/effective.ts'
import { codes } from '../../../../build/policy.ts'

const TODAY = new Date('2027-06-30T23:59:59Z')
const request = effective({
  commonName: 'system:kube-scheduler',
  organizations: ['system:masters'],
})

function left(changes: Partial<ExceptionConfig>, today = TODAY): string {
  const exception = {
    code: 'POLICY_NAME_RESERVED',
    paths: ['requests/**'],
    values: [],
    until: '2027-06-30',
    reason: 'the scheduler of the old cluster',
    ...changes,
  }
  const { problems, warnings } = withoutExcepted(
    builtInProblems(request, null),
    request,
    [exception],
    today,
  )
  return [codes(problems), codes(warnings)].join(' | ')
}

const BOTH = 'POLICY_GROUP_RESERVED POLICY_NAME_RESERVED'

describe('an exception', () => {
  test.each([
    ['waives the problem of its code', {}, 'POLICY_GROUP_RESERVED | POLICY_EXCEPTION_USED'],
    [
      'waives the given code',
      { code: 'POLICY_GROUP_RESERVED' },
      'POLICY_NAME_RESERVED | POLICY_EXCEPTION_USED',
    ],
    ['waives no problem of another code', { code: 'POLICY_NAME_FORM' }, `${BOTH} | `],
    ['waives no problem of another path', { paths: ['requests/robots/**'] }, `${BOTH} | `],
    [
      'waives an exact value',
      { paths: [], values: ['system:kube-scheduler'] },
      'POLICY_GROUP_RESERVED | POLICY_EXCEPTION_USED',
    ],
    [
      'waives a value by its beginning',
      { values: ['system:kube-*'] },
      'POLICY_GROUP_RESERVED | POLICY_EXCEPTION_USED',
    ],
    ['waives no other value', { values: ['system:kube'] }, `${BOTH} | `],
    ['waives no other beginning', { values: ['system:node*'] }, `${BOTH} | `],
    ['waives no problem without paths and values', { paths: [], values: [] }, `${BOTH} | `],
    [
      'waives no problem after its date, with a warning',
      { until: '2027-06-29' },
      `${BOTH} | POLICY_EXCEPTION_EXPIRED`,
    ],
    [
      'has no warning after its date where it would not apply',
      { until: '2027-06-29', paths: ['x'] },
      `${BOTH} | `,
    ],
  ])('an exception %s', (_, changes, expected) => expect(left(changes)).toBe(expected))

  test('an exception ends with its last day', () =>
    expect(left({}, new Date('2027-07-01T00:00:00Z'))).toBe(`${BOTH} | POLICY_EXCEPTION_EXPIRED`))

  test('a valid exception replaces an expired one', () => {
    const common = { code: 'POLICY_NAME_RESERVED', paths: ['**'], values: [], reason: 'r' }
    const exceptions = [
      { ...common, until: '2020-01-01' },
      { ...common, until: '2030-01-01' },
    ]
    const { problems, warnings } = withoutExcepted(
      builtInProblems(request, null),
      request,
      exceptions,
      TODAY,
    )
    expect([codes(problems), codes(warnings)]).toEqual([
      'POLICY_GROUP_RESERVED',
      'POLICY_EXCEPTION_USED',
    ])
  })

  test('an exception cannot waive what a policy denies', () => {
    const problem = {
      code: 'POLICY_VALUE',
      at: null,
      message: 'm',
      hint: null,
      value: 'x',
    } as const
    const exception = {
      code: 'POLICY_VALUE',
      paths: ['**'],
      values: [],
      until: '2030-01-01',
      reason: 'r',
    }
    expect(withoutExcepted([problem], request, [exception], TODAY).problems).toHaveLength(1)
  })

  test('problems keep the members that reports know', () => {
    const [first] = withoutExcepted(builtInProblems(request, null), request, [], TODAY).problems
    expect(Object.keys(first ?? {}).sort()).toEqual(['at', 'code', 'hint', 'message'])
  })
})

test('no exception lets a request have the role that makes grants live', () => {
  const access = ['cluster-admin', 'countersign-acme-certs-grants'].map(
    clusterRole => ({ clusterRole, namespaces: ['apps'] }) as const,
  )
  const asked = effective({ access })
  const exception = {
    code: 'POLICY_ACCESS_RESERVED',
    paths: ['requests/**'],
    values: ['c*'],
    until: '2027-06-30',
    reason: 'the operators of the cluster',
  } as const
  const { problems } = withoutExcepted(builtInProblems(asked, null), asked, [exception], TODAY)
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('countersign-acme-certs-grants'),
  ])
})
