import { describe, expect, test } from '@jest/globals'
import type { Explanation, Verdict } from '../../../../src/domain/request/policy.ts'
import { isNonEmpty } from '../../../../src/domain/problem.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { brokenPolicy, parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import {
  AUTHOR,
  codes,
  codesOfVerdict,
  JANE_LINES,
  NOBODY,
  policy,
  policyFile,
  policyYaml,
} from '../../../build/policy.ts'
import { ownYaml, requestFile, valueOf } from '../../../build/request.ts'

const jane = policy(JANE_LINES)
const nothing = policy([], 'nothing')
const elsewhere = policy(JANE_LINES, 'elsewhere', '{clusters: [staging]}')

const results = ({ explanations }: Verdict): readonly string[] =>
  explanations.map(({ policy: name, result }: Explanation) => `${name} ${result}`)

function problemsOf(verdict: Verdict) {
  return verdict.decision === 'allowed' ? [] : verdict.problems
}

/** A policy file that cannot be read. */
function broken(text: string, name = 'broken') {
  const file = policyFile(text, name)
  const read = parsePolicy(file)
  if (read.ok) throw new Error('the policy can be read')
  return brokenPolicy(file, read.problems)
}

describe('an allowed request', () => {
  test('a request is allowed by one matching policy without violations', () => {
    const verdict = judge(effective(), [jane], [], NOBODY)
    expect(verdict).toMatchObject({ decision: 'allowed', by: 'people', policies: [jane] })
    expect(results(verdict)).toEqual(['people allowed'])
  })

  test('a request is allowed though other policies deny it, do not apply, or cannot be read', () => {
    const verdict = judge(effective(), [nothing, jane, elsewhere], [broken('kind: x')], NOBODY)
    expect(verdict).toMatchObject({ decision: 'allowed', by: 'people' })
    expect(results(verdict)).toEqual([
      'elsewhere notApplicable',
      'nothing denied',
      'people allowed',
      'policies/broken.yaml undecided',
    ])
  })

  test('a request is allowed by the first policy by name, and all allowing policies are listed', () => {
    const other = policy(JANE_LINES, 'also')
    const verdict = judge(effective(), [jane, other], [], NOBODY)
    expect(verdict).toMatchObject({ by: 'also', policies: [other, jane] })
  })
})

describe('a denied request', () => {
  test('a request is denied where there is no policy', () => {
    const problems = problemsOf(judge(effective(), [], [], NOBODY))
    expect(problems.map(({ code, hint }) => [code, hint])).toEqual([
      [
        'POLICY_NONE_APPLIES',
        'there is no policy; for a policy to start with, in a pull request of its own that is merged first: countersign policy draft requests/jane.yaml',
      ],
    ])
  })

  test('a request is denied where no policy applies, and the hint says why for each', () => {
    const policies = [
      elsewhere,
      policy([], 'robots', '{paths: ["requests/robots/**"]}'),
      policy([], 'web', '{signerNames: ["example.com/*"], clusters: [prod]}'),
    ]
    const verdict = judge(effective(), policies, [], NOBODY)
    expect(verdict.decision).toBe('denied')
    const [problem] = problemsOf(verdict)
    expect(problem?.hint).toBe(
      'elsewhere: selector.clusters staging does not match prod; ' +
        'robots: selector.paths requests/robots/** does not match requests/jane.yaml; ' +
        'web: selector.signerNames example.com/* does not match kubernetes.io/kube-apiserver-client; ' +
        'for a policy to start with, in a pull request of its own that is merged first: countersign policy draft requests/jane.yaml',
    )
  })

  test('a request is denied with every violation of every policy', () => {
    const request = effective({ commonName: 'root', durationSeconds: 10_000_000, usages: ['any'] })
    const strict = policy([...JANE_LINES, 'constraints: {maxDuration: 1h}'], 'strict')
    const verdict = judge(request, [strict, jane], [], NOBODY)
    expect(verdict.decision).toBe('denied')
    expect(problemsOf(verdict).map(({ code }) => code)).toEqual([
      'POLICY_VALUE',
      'POLICY_USAGE',
      'POLICY_VALUE',
      'POLICY_USAGE',
      'POLICY_DURATION',
    ])
    for (const { message } of problemsOf(verdict)) expect(message).toMatch(/"(people|strict)"/)
  })

  test('each violation points at the line of its value', () => {
    const text = ownYaml(
      'commonName: jane',
      'subject:',
      '  organizations: [developers, admins]',
      'dnsNames:',
      '  - a.example.com',
      'usages: [digital signature, client auth, code signing]',
    )
    const { places } = valueOf(parseRequest(requestFile(text), 'requests'))
    const request = effective({
      places,
      organizations: ['admins', 'developers'],
      dnsNames: ['a.example.com'],
      usages: ['digital signature', 'client auth', 'code signing'],
    })
    const at = problemsOf(judge(request, [jane], [], NOBODY)).map(
      problem => `${problem.code} ${problem.at?.line}:${problem.at?.column}`,
    )
    expect(at).toEqual(['POLICY_VALUE 6:33', 'POLICY_VALUE 8:7', 'POLICY_USAGE 9:44'])
  })

  test.each([
    ['request.commonName == request.name', ': got "root", expected "jane"'],
    ['request.commonName == "ad" + "min"', ''],
    ['"jane" == request.commonName', ': got "jane", expected "root"'],
    [
      'request.signerName == "example.com/a"',
      ': got "kubernetes.io/kube-apiserver-client", expected "example.com/a"',
    ],
    ['request.dnsNames.size() == 1', ''],
    ['request.keySize == 521', ''],
    ['request.commonName != "root"', ''],
  ])('the denial by the rule %s has the message of the policy, and "%s"', (rule, values) => {
    const lines = [`rules: [{rule: '${rule}', message: names must agree}]`]
    const verdict = judge(effective({ commonName: 'root' }), [policy(lines)], [], NOBODY)
    const denied = problemsOf(verdict).find(({ code }) => code === 'POLICY_RULE')
    expect(denied?.message).toBe(`denied by policy "people": names must agree${values}`)
  })

  test('a request with ten thousand names gets twenty problems at most', () => {
    const dnsNames = Array.from({ length: 10_000 }, (_, index) => `n${index}`)
    const problems = problemsOf(judge(effective({ dnsNames }), [jane], [], NOBODY))
    expect(problems).toHaveLength(20)
  })
})

describe('an undecided request', () => {
  const own = policy([...JANE_LINES, 'rules: [{rule: request.commonName == requester.name}]'])

  test('a request is undecided where a rule needs the requester and the requester is unknown', () => {
    const verdict = judge(effective(), [own], [], NOBODY)
    expect(verdict.decision).toBe('undecided')
    expect(codes(problemsOf(verdict))).toBe('POLICY_EXPRESSION_FAILED')
    expect(judge(effective(), [own], [], AUTHOR).decision).toBe('allowed')
  })

  test('a request is denied where a violation is certain, though a rule is undecided', () => {
    const verdict = judge(effective({ usages: ['any'] }), [own], [], NOBODY)
    expect(verdict.decision).toBe('denied')
    expect(codes(problemsOf(verdict))).toBe('POLICY_EXPRESSION_FAILED POLICY_USAGE')
  })

  test('a request is undecided where one policy denies it and another cannot decide', () => {
    expect(judge(effective(), [nothing, own], [], NOBODY).decision).toBe('undecided')
  })

  test('a request is undecided where an unreadable policy might apply', () => {
    const verdict = judge(effective(), [nothing], [broken('kind: x\n')], NOBODY)
    expect(verdict.decision).toBe('undecided')
    const problem = problemsOf(verdict).find(({ code }) => code === 'POLICY_BROKEN')
    expect(problem?.at).toMatchObject({ file: 'policies/broken.yaml', line: 1 })
  })

  test('the problem points at the wrong line of the policy', () => {
    const text = policyYaml(['allowed: {commonName: 7}'], 'broken')
    const [problem] = problemsOf(judge(effective(), [], [broken(text)], NOBODY))
    expect(problem?.at).toMatchObject({ file: 'policies/broken.yaml', line: 6, column: 25 })
    expect(problem?.message).toContain('FILE_FIELD_TYPE')
  })

  test.each([
    ['a selector that does not match', '{paths: ["requests/robots/**"]}', 'denied'],
    ['a selector that matches', '{paths: ["requests/**"]}', 'undecided'],
    ['a selector that is wrong itself', '{path: ["requests/robots/**"]}', 'undecided'],
    ['no selector', '', 'undecided'],
  ])(
    'an unreadable policy leaves the request undecided unless its selector excludes it: %s',
    (_, selector, decision) => {
      const text = policyYaml(['nope: 1'], 'broken', selector)
      expect(judge(effective(), [], [broken(text)], NOBODY).decision).toBe(decision)
    },
  )
})

test('the selector of a file of another kind is ignored', () => {
  const text = policyYaml([], 'broken', '{paths: ["requests/robots/**"]}').replace('/v1', '/v2')
  expect(judge(effective(), [], [broken(text)], NOBODY).decision).toBe('undecided')
})

describe('formats that no reviewer can read', () => {
  test.each([
    ['pkcs10', JANE_LINES, 'POLICY_OPAQUE'],
    ['csr-manifest', JANE_LINES, 'POLICY_OPAQUE'],
    ['csr-manifest', [...JANE_LINES, 'opaque: deny'], 'POLICY_OPAQUE'],
    ['pkcs10', [...JANE_LINES, 'opaque: allow'], 'allowed'],
    ['openssl', JANE_LINES, 'allowed'],
    ['countersign', JANE_LINES, 'allowed'],
  ] as const)('the format %s with the policy %j gives %s', (format, lines, expected) =>
    expect(codesOfVerdict(effective({ format }), [policy(lines)])).toBe(expected),
  )
})

test('a CA is allowed only by an explicit isCA', () => {
  const key = { kind: 'own', pkcs10: { isCa: true, publicKey: { algorithm: 'ECDSA', size: 256 } } }
  const request = { ...effective(), ...JSON.parse(JSON.stringify({ key })) }
  expect(codesOfVerdict(request, [jane])).toBe('POLICY_CA')
  const [head, ...rest] = JANE_LINES
  expect(codesOfVerdict(request, [policy([head, '  isCA: true', ...rest])])).toBe('allowed')
})

test('a verdict that denies has a problem', () => {
  const verdict = judge(effective({ sinks: [secretSink({ namespace: 'x' })] }), [jane], [], NOBODY)
  expect(isNonEmpty(problemsOf(verdict))).toBe(true)
})
