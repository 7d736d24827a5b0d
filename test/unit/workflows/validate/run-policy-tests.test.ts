// Policy tests of pending requests: judged as the controller would, with the inventory of the repository.
import { describe, expect, test } from '@jest/globals'
import { parsePolicyTests } from '../../../../src/core/policy/policy-test-file.ts'
import {
  runPolicyTest,
  untestedRules,
} from '../../../../src/workflows/validate/run-policy-tests.ts'
import type { Rules } from '../../../../src/workflows/validate/rules-in-force.ts'
import { config } from '../../../build/effective.ts'
import {
  NODES_SELECTOR,
  NODE_LINES,
  SERVING,
  inventory,
  nodePolicies,
} from '../../../build/pending.ts'
import { policy } from '../../../build/policy.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const NOW = new Date('2030-06-01T00:00:00Z')
const RULES = { config: config(), policies: nodePolicies() }
const KNOWN = new Map([['prod', inventory()]])

const pendingTest = (changes: Readonly<Record<string, string>> = {}, expected = 'allowed') => {
  const said = {
    by: 'pending: {username: "system:node:n1", groups: [system:nodes]}',
    sans: 'dnsNames: [n1.nodes.example.com]',
    duration: 'duration: 24h',
    ...changes,
  }
  return [
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequestPolicyTest',
    'metadata: {name: nodes}',
    'tests:',
    '- name: a kubelet',
    `  ${said.by}`,
    '  file: |',
    '    apiVersion: countersign.dev/v1',
    '    kind: CertificateRequest',
    '    metadata: {name: n1}',
    '    spec:',
    '      clusters: [prod]',
    '      commonName: "system:node:n1"',
    '      subject: {organizations: ["system:nodes"]}',
    `      ${said.sans}`,
    `      signerName: ${SERVING}`,
    '      usages: [digital signature, server auth]',
    `      ${said.duration}`,
    `  expect: ${expected}`,
  ].join('\n')
}
const read = (text: string) =>
  parsePolicyTests(requestFile(text, { path: 'policies/nodes.test.yaml' }))
const ran = (text: string, rules: Rules = RULES) =>
  runPolicyTest(valueOf(read(text))[0]!, rules, KNOWN, NOW)

describe('a policy test of a pending request', () => {
  test('it is allowed as the controller would approve it', () =>
    expect(ran(pendingTest())).toMatchObject({ codes: [], isPassed: true }))

  test.each([
    [
      'another node',
      { by: 'pending: {username: "system:node:n2", groups: [system:nodes]}' },
      'SIGNER_REQUESTER',
    ],
    [
      'nobody of the selector',
      { by: 'pending: {username: author}' },
      'POLICY_NONE_APPLIES,SIGNER_REQUESTER',
    ],
    [
      'a name that the inventory has not',
      { sans: 'dnsNames: [n3.nodes.example.com]' },
      'PENDING_INVENTORY',
    ],
  ])('it is denied for %s', (_who, changes, codes) => {
    const result = ran(pendingTest(changes, `{denied: [${codes}]}`))
    expect(result).toMatchObject({ codes: codes.split(','), isPassed: true })
  })

  test('without a duration it asks for the longest that the signer gives, as a kubelet does', () =>
    expect(ran(pendingTest({ duration: '' }))).toMatchObject({ codes: ['POLICY_DURATION'] }))

  test.each([
    ['system:node:n1', []],
    ['n1', ['POLICY_RULE']],
  ])('its name in rules is the common name, and not the one in the file: %s', (name, codes) => {
    const rule = `rules: [{rule: "request.name == '${name}'", message: the name}]`
    const { policies, broken } = nodePolicies([])
    const named = policy(
      [...NODE_LINES.filter(line => !line.startsWith('rules')), rule],
      'serving',
      NODES_SELECTOR,
    )
    const others = policies.filter(({ name }) => name !== 'serving')
    const rules = { ...RULES, policies: { policies: [...others, named], broken } }
    expect(ran(pendingTest(), rules)).toMatchObject({ codes })
  })

  test('a rule that no test covers is reported, for policies of pending requests too', () => {
    const tests = valueOf(read(pendingTest()))
    const untested = untestedRules(tests, RULES, KNOWN, NOW)
    expect(untested.map(({ policy, what }) => `${policy.name}: ${what}`)).toContain(
      'serving: constraints.maxDuration',
    )
  })

  test.each([
    'path: requests/a.yaml\n  pending: {username: a}',
    'requester: jane\n  pending: {username: a}',
    'requester: jane',
  ])('it is either a file or pending: %j is refused', by =>
    expect(read(pendingTest({ by }))).toMatchObject({
      problems: [{ code: 'FILE_FIELD_VALUE' }],
    }),
  )
})
