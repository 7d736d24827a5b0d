// Whether a rule of RBAC allows a right.
import { expect, test } from '@jest/globals'
import { allowsRight } from '../../../../src/lib/kubernetes/rule-covers.ts'

const RULE = {
  verbs: ['get'],
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames: [],
  nonResourceURLs: [],
}
const RIGHT = { group: '', resource: 'secrets', verb: 'get', namespace: 'apps', name: 'a' }
const APPROVAL = { ...RIGHT, resource: 'requests', subresource: 'approval' }

test.each([
  ['the same words', {}, RIGHT, true],
  ['another verb', { verbs: ['list'] }, RIGHT, false],
  ['every verb', { verbs: ['*'] }, RIGHT, true],
  ['another group', { apiGroups: ['apps'] }, RIGHT, false],
  ['every group', { apiGroups: ['*'] }, RIGHT, true],
  ['another resource', { resources: ['configmaps'] }, RIGHT, false],
  ['every resource', { resources: ['*'] }, APPROVAL, true],
  ['a resource without its subresource', { resources: ['requests'] }, APPROVAL, false],
  ['that subresource', { resources: ['requests/approval'] }, APPROVAL, true],
  ['that subresource of every resource', { resources: ['*/approval'] }, APPROVAL, true],
  ['a subresource without its resource', { resources: ['secrets/status'] }, RIGHT, false],
  ['that name', { resourceNames: ['b', 'a'] }, RIGHT, true],
  ['other names', { resourceNames: ['b'] }, RIGHT, false],
  ['one name, for a right on all', { resourceNames: ['a'] }, { ...RIGHT, name: '' }, false],
] as const)('a rule with %s covers the right or not (case %#)', (_, rule, right, expected) => {
  const { name, ...others } = right
  expect(allowsRight({ ...RULE, ...rule }, name === '' ? others : right)).toBe(expected)
})
