import { expect, test } from '@jest/globals'
import { rightOfRole } from '../../../../src/core/access/right-of-role.ts'
import type { RoleRule } from '../../../../src/ports/grants.ts'

function rule(changes: Partial<RoleRule> = {}): RoleRule {
  return {
    verbs: ['get', 'list'],
    apiGroups: [''],
    resources: ['pods'],
    resourceNames: [],
    nonResourceURLs: [],
    ...changes,
  }
}

const URLS = rule({ resources: [], apiGroups: [], nonResourceURLs: ['/metrics'] })

test('the right of a role is the first verb of its first resource, in the namespace of the binding', () => {
  const place = { clusterRole: 'view', namespace: 'apps' }
  const right = { group: '', resource: 'pods', verb: 'get', namespace: 'apps' }
  expect(rightOfRole([URLS, rule()], place)).toEqual(right)
})

test('the right of a role that names a subresource and an object names them too', () => {
  const rules = [rule({ resources: ['pods/log'], resourceNames: ['web'] })]
  const right = { group: '', resource: 'pods', subresource: 'log', verb: 'get', name: 'web' }
  expect(rightOfRole(rules, { clusterRole: 'view', namespace: null })).toEqual(right)
})

test('a role with rules for URLs only has no right to ask for', () => {
  expect(rightOfRole([URLS], { clusterRole: 'metrics', namespace: null })).toBeNull()
})
