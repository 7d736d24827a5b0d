import { describe, expect, test } from '@jest/globals'
import type { RoleRule } from '../../../../src/domain/cluster/grant-binding.ts'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import { roleRuleLines } from '../../../../src/output/terminal/role-rules-text.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { ruleOf } from '../../../build/role-rule.ts'

function granted(rules: readonly RoleRule[], cluster = 'prod', clusterRole = 'view'): StepOutcome {
  const step = issueStep(effective({ cluster }))
  return { kind: 'failed', step, problems: [], roles: [{ clusterRole, rules }] }
}

describe('the rules of granted roles', () => {
  test.each<[string, Partial<RoleRule>, string]>([
    [
      'of the core group',
      { verbs: ['get', 'list', 'watch'], resources: ['pods', 'services'] },
      'view: get, list, watch pods, services (core)',
    ],
    [
      'of two groups',
      { apiGroups: ['apps', ''], resources: ['deployments/scale'] },
      'view: list deployments/scale (apps, core)',
    ],
    ['with names', { resourceNames: ['web', 'db'] }, 'view: list pods named web, db (core)'],
    [
      'of addresses',
      { verbs: ['get'], apiGroups: [], resources: [], nonResourceURLs: ['/metrics', '/healthz'] },
      'view: get /metrics, /healthz',
    ],
    [
      'that allows everything',
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      'view: * * (*)',
    ],
  ])('a rule %s is one line', (_, rule, line) => {
    expect(roleRuleLines([granted([ruleOf(rule)])])).toEqual([line])
  })

  test('a role with more than twelve rules is cut, with the command that shows them all', () => {
    const rules = Array.from({ length: 15 }, (_, index) => ruleOf({ resources: [`r${index}`] }))
    const lines = roleRuleLines([granted(rules)])
    expect(lines).toHaveLength(13)
    expect(lines.slice(11)).toEqual([
      'view: list r11 (core)',
      'view: and 3 more rules: kubectl describe clusterrole view',
    ])
    expect(roleRuleLines([granted(rules.slice(0, 12))])).toHaveLength(12)
  })

  test('a role that several requests got is listed once for each cluster', () => {
    const one = granted([ruleOf()])
    expect(roleRuleLines([one, one])).toEqual(['view: list pods (core)'])
    expect(roleRuleLines([one, one, granted([ruleOf()], 'test')])).toEqual([
      'view on prod: list pods (core)',
      'view on test: list pods (core)',
    ])
  })

  test('an outcome without granted roles has no lines', () => {
    const step = issueStep()
    expect(
      roleRuleLines([
        { kind: 'kept', step },
        { kind: 'failed', step, problems: [] },
      ]),
    ).toEqual([])
  })
})
