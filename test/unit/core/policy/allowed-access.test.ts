import { describe, expect, test } from '@jest/globals'
import type { Access } from '../../../../src/domain/request/access.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { withoutOneRule } from '../../../../src/core/policy/rule-mutation.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { effective, place } from '../../../build/effective.ts'
import {
  JANE_LINES,
  NOBODY,
  codesOfVerdict,
  policy,
  policyFile,
  policyYaml,
} from '../../../build/policy.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'

const FILE = 'requests/jane.yaml'
const VIEW: Access = { clusterRole: 'view', namespaces: ['apps', 'team-a'] }
const READER: Access = { clusterRole: 'cs-reader', namespaces: null }

function people(...lines: readonly string[]) {
  return policy([...JANE_LINES, ...lines])
}

function problemsOf(access: readonly Access[], ...lines: readonly string[]) {
  const places = new Map([
    ['', place(FILE)],
    ['access[0]', place(FILE, 7)],
    ['access[1]', place(FILE, 8)],
  ])
  const verdict = judge(effective({ access, places }), [people(...lines)], [], NOBODY)
  return verdict.decision === 'allowed' ? [] : verdict.problems
}

describe('the access of a request', () => {
  test.each([
    ['a request without access', [], ''],
    [
      'the roles in the named namespaces',
      [VIEW],
      '[{clusterRoles: [view], namespaces: [apps, team-a]}]',
    ],
    ['a pattern of namespaces', [VIEW], '[{clusterRoles: [view], namespaces: [apps, "team-*"]}]'],
    [
      'namespaces of several entries',
      [VIEW],
      '[{clusterRoles: [view], namespaces: [apps]}, {clusterRoles: [edit, view], namespaces: [team-a]}]',
    ],
    ['the whole cluster', [READER], '[{clusterRoles: [cs-reader], cluster: true}]'],
  ])('a policy allows %s', (_what, access, written) => {
    const lines = written === '' ? [] : [`access: ${written}`]
    expect(problemsOf(access, ...lines)).toEqual([])
  })

  test.each([
    ['no list', [READER], ''],
    ['an empty list', [READER], '[]'],
    ['another role', [READER], '[{clusterRoles: [cs-reader2, view], cluster: true}]'],
    ['a pattern, which is no role', [READER], '[{clusterRoles: [cs-reader], namespaces: [apps]}]'],
    [
      'every namespace, for the whole cluster',
      [READER],
      '[{clusterRoles: [cs-reader], namespaces: ["*"]}]',
    ],
    ['the whole cluster, for a namespace', [VIEW], '[{clusterRoles: [view], cluster: true}]'],
    ['one of two namespaces', [VIEW], '[{clusterRoles: [view], namespaces: [apps]}]'],
  ])('a policy with %s denies access', (_what, access, written) => {
    const lines = written === '' ? [] : [`access: ${written}`]
    expect(codesOfVerdict(effective({ access }), [people(...lines)])).toBe('POLICY_ACCESS')
  })

  test('each role in each place is one problem at its entry, and the hint lists what the policy allows', () => {
    const edit: Access = { clusterRole: 'edit', namespaces: ['apps', 'web'] }
    const allowed =
      'access: [{clusterRoles: [view, team-reader], namespaces: [apps, "x-*"]}, {clusterRoles: [cs-reader], cluster: true}]'
    const found = problemsOf([{ ...VIEW, namespaces: ['apps'] }, edit], allowed)
    expect(found.map(({ code, at, message }) => [code, at?.line, message])).toEqual([
      ['POLICY_ACCESS', 8, 'the policy "people" does not allow the access edit in apps'],
      ['POLICY_ACCESS', 8, 'the policy "people" does not allow the access edit in web'],
    ])
    expect(found[0]?.hint).toBe(
      'it allows view, team-reader in apps, x-*; cs-reader in the whole cluster',
    )
    expect(problemsOf([READER])[0]).toMatchObject({
      at: { line: 7 },
      message: 'the policy "people" does not allow the access cs-reader in the whole cluster',
      hint: 'it allows no access at all',
    })
  })

  test('access that one policy allows is not denied by another', () => {
    const allowing = people('access: [{clusterRoles: [cs-reader], cluster: true}]')
    expect(codesOfVerdict(effective({ access: [READER] }), [people(), allowing])).toBe('allowed')
  })
})

describe('rules over the access of a request', () => {
  const judged = (rule: string, access: readonly Access[]): string => {
    const allowed =
      'access: [{clusterRoles: [view], namespaces: ["*"]}, {clusterRoles: [cs-reader], cluster: true}]'
    return codesOfVerdict(effective({ access }), [people(allowed, `rules: [{rule: '${rule}'}]`)])
  }

  test.each([
    ['request.access.size() == 3', 'allowed'],
    ['request.access.all(a, has(a.namespace) && a.namespace == "apps")', 'POLICY_RULE'],
    ['request.access.exists(a, a.clusterRole == "cs-reader" && !has(a.namespace))', 'allowed'],
    ['request.access.all(a, a.namespace != "kube-system")', 'POLICY_EXPRESSION_FAILED'],
    ['request.access.size() == 0 || request.durationSeconds <= 3600', 'POLICY_RULE'],
  ])('the rule %s of three roles in places is %s', (rule, expected) => {
    expect(judged(rule, [VIEW, READER])).toBe(expected)
  })

  test('a rule on access is true of a request without any', () => {
    expect(judged('request.access.all(a, a.namespace == "apps")', [])).toBe('allowed')
  })

  test('a rule that reads an unknown field of access is refused when the policy is read', () => {
    const lines = ['rules: [{rule: "request.access.all(a, a.role == \'view\')"}]']
    expect(parsePolicy(policyFile(policyYaml(lines)))).toMatchObject({
      ok: false,
      problems: [{ code: 'POLICY_EXPRESSION' }],
    })
  })
})

describe('the access of a policy file', () => {
  test.each([
    ['{clusterRoles: [view]}', 'is bound either in namespaces or in the whole cluster'],
    ['{clusterRoles: [view], namespaces: [apps], cluster: true}', 'is bound either in namespaces'],
    ['{clusterRoles: ["view*"], cluster: true}', 'is not the name of a ClusterRole'],
    ['{clusterRoles: [], cluster: true}', 'clusterRoles'],
    ['{clusterRoles: [view], cluster: false}', 'cluster'],
    ['{namespaces: [apps]}', 'clusterRoles'],
    ['{clusterRoles: [view], cluster: true, roleChanges: deny}', 'roleChanges'],
  ])('the entry %s is refused: %s', (entry, says) => {
    const read = parsePolicy(policyFile(policyYaml([`access: [${entry}]`])))
    expect(read.ok).toBe(false)
    if (!read.ok) expect(read.problems[0].message).toContain(says)
  })

  test('a policy without its namespaces of access is one of its weaker copies', () => {
    const weaker = (entry: string) =>
      withoutOneRule(people(`access: [${entry}]`)).find(({ what }) => what === 'access.namespaces')
    const found = weaker('{clusterRoles: [view], namespaces: [apps]}')
    expect(found?.policy.access).toEqual([
      { clusterRoles: ['view'], namespaces: ['*'], roleChanges: 'warn' },
    ])
    expect(weaker('{clusterRoles: [cs-reader], cluster: true}')).toBeUndefined()
  })
})

describe('roles whose rules may not change', () => {
  const fixed = (access: readonly Access[], ...entries: readonly string[]) => {
    const policies = entries.map((entry, index) =>
      policy([...JANE_LINES, `access: [${entry}]`], `p-${index}`),
    )
    const verdict = judge(effective({ access }), policies, [], NOBODY)
    return verdict.decision === 'allowed' ? verdict.fixedRoles : verdict.decision
  }
  const warn = '{clusterRoles: [view, cs-reader], namespaces: ["*"]}'
  const refuse = '{clusterRoles: [view], namespaces: [apps], roleChanges: refuse}'
  const everywhere = '{clusterRoles: [cs-reader], cluster: true, roleChanges: warn}'

  test('no role is fixed where no entry says refuse, and warn is the default', () => {
    expect(fixed([VIEW, READER], `${warn}, ${everywhere}`)).toEqual([])
  })

  test('a role is fixed if one of the entries that allow it says refuse', () => {
    expect(fixed([VIEW, READER], `${warn}, ${refuse}, ${everywhere}`)).toEqual(['view'])
  })

  test('an entry for a place that the request does not name fixes nothing', () => {
    expect(fixed([{ clusterRole: 'view', namespaces: ['team-a'] }], `${warn}, ${refuse}`)).toEqual(
      [],
    )
  })

  test('refuse in one of several policies that allow the request is enough', () => {
    const access = [{ clusterRole: 'view', namespaces: ['apps'] }] as const
    expect(fixed(access, warn, refuse)).toEqual(['view'])
    expect(fixed(access, refuse, '{clusterRoles: [edit], namespaces: [apps]}')).toEqual(['view'])
  })
})

test('the grant in a PKCS#10 is judged as access, and not as a group that the policy has to list', () => {
  const grant = 'countersign:acme:aaaaaaaaaaaaaaaaaaaa'
  const pem = opensslRequest({ subject: `/CN=jane/O=developers/O=${grant}` })
  const pkcs10 = valueOf(readPkcs10(pem.der))
  const own = { key: { kind: 'own', pkcs10 }, subject: pkcs10.subject } as const
  const rules = people(
    'opaque: allow',
    'access: [{clusterRoles: [view], namespaces: [apps, team-a]}]',
    'rules: [{rule: "request.organizations == [\'developers\']"}]',
  )
  expect(codesOfVerdict(effective({ ...own, access: [VIEW] }), [rules])).toBe('allowed')
  expect(codesOfVerdict(effective(own), [rules])).toContain('POLICY_VALUE')
})
