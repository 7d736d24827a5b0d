import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { effective } from '../../../build/effective.ts'
import { JANE_LINES, NOBODY, policy, policyFile, policyYaml } from '../../../build/policy.ts'

const NODES =
  '{usernames: ["system:node:*"], groups: [system:nodes], signerNames: [kubernetes.io/kubelet-serving]}'
const PENDING = ['constraints: {maxDuration: 24h}', 'approvals: {required: 0}']

/** The problems, each as `line:column code message`. */
function problems(selector: string, lines: readonly string[]): readonly string[] {
  const read = parsePolicy(policyFile(policyYaml(lines, 'nodes', selector), 'nodes'))
  if (read.ok) return []
  return read.problems.map(({ at, code, message, hint }) => {
    expect(hint).not.toBeNull()
    return `${at?.line}:${at?.column} ${code} ${message}`
  })
}

describe('a policy for pending requests', () => {
  test('a policy with usernames, groups and deny is read', () => {
    const read = policy([...PENDING, 'deny: true'], 'nodes', NODES)
    expect(read.denies).toBe(true)
    expect(read.approvals?.required).toBe(0)
    expect(read.selector).toMatchObject({ usernames: ['system:node:*'], groups: ['system:nodes'] })
  })

  test('a policy without deny leaves what it does not approve pending', () =>
    expect(policy(PENDING, 'nodes', NODES).denies).toBe(false))

  test.each([
    [
      'approvals: {required: 0} without usernames or groups',
      '{paths: ["**"]}',
      ['approvals: {required: 0}'],
      ['6:3 FILE_FIELD_VALUE required: 0 is only for policies with selector.usernames'],
    ],
    [
      'deny without usernames or groups',
      '{paths: ["**"]}',
      ['deny: true'],
      ['6:3 FILE_FIELD_VALUE deny is only for policies with selector.usernames'],
    ],
    [
      'usernames without approvals',
      NODES,
      PENDING.slice(0, 1),
      ['FILE_FIELD_REQUIRED a policy for pending requests needs no person'],
    ],
    [
      'usernames without a bound of the lifetime',
      NODES,
      PENDING.slice(1),
      ['FILE_FIELD_REQUIRED a policy for pending requests bounds the lifetime'],
    ],
    [
      'usernames without a signer',
      '{usernames: ["*"]}',
      PENDING,
      ['FILE_FIELD_REQUIRED a policy for pending requests names each signer'],
    ],
    [
      'usernames with a pattern of signers',
      '{usernames: ["*"], signerNames: ["kubernetes.io/*"]}',
      PENDING,
      ['FILE_FIELD_REQUIRED a policy for pending requests names each signer'],
    ],
  ])('%s is refused at its place', (_, selector, lines, expected) => {
    const found = problems(selector, lines)
    expect(found).toHaveLength(expected.length)
    expected.forEach((text, at) => expect(found[at]).toContain(text))
  })

  test('a policy for pending requests allows no request file, and one for files no pending request', () => {
    const selector = '{usernames: ["*"], signerNames: [kubernetes.io/kube-apiserver-client]}'
    const lines = JANE_LINES.slice(0, 4)
    const pending = policy([...lines, ...PENDING], 'pending', selector)
    const files = policy(lines, 'files')
    const request = { ...effective(), sinks: [], durationSeconds: 3600 }
    const creator = { username: 'jane', groups: [] }
    const by = (policies: Parameters<typeof judge>[1], context = NOBODY): string => {
      const verdict = judge(request, policies, [], context)
      return verdict.decision === 'allowed' ? verdict.by : verdict.problems[0].code
    }
    expect(by([pending])).toBe('POLICY_NONE_APPLIES')
    expect(by([pending, files])).toBe('files')
    expect(by([files], { ...NOBODY, creator })).toBe('POLICY_NONE_APPLIES')
    expect(by([pending, files], { ...NOBODY, creator })).toBe('pending')
  })
})
