import { expect, test } from '@jest/globals'
import { selectorMismatch } from '../../../../src/core/policy/judge-policies.ts'
import { effective } from '../../../build/effective.ts'

const NOTHING = { paths: null, clusters: null, signerNames: null, usernames: null, groups: null }
const NODE = { username: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] }

test.each([
  [{ paths: ['requests/*.yaml'] }, null],
  [{ paths: ['nope', 'requests/**'] }, null],
  [{ paths: ['requests/people/**'] }, 'paths'],
  [{ clusters: ['prod'] }, null],
  [{ clusters: ['staging'] }, 'clusters'],
  [{ clusters: ['pro'] }, 'clusters'],
  [{ signerNames: ['kubernetes.io/*'] }, null],
  [{ signerNames: ['kubernetes.io/kube'] }, 'signerNames'],
  [{ paths: ['**'], clusters: ['prod'], signerNames: ['*'] }, null],
  [{ paths: ['**'], clusters: ['prod'], signerNames: ['x'] }, 'signerNames'],
  [{ paths: ['x'], clusters: ['x'], signerNames: ['x'] }, 'paths'],
])('the selector %j is checked, and this member does not match: %s', (given, member) => {
  const selector = { ...NOTHING, ...given }
  const reason = selectorMismatch(selector, effective())
  expect(reason?.split(' ')[0] ?? null).toBe(member === null ? null : `selector.${member}`)
})

test.each([
  [{ usernames: ['system:node:*'] }, null],
  [{ groups: ['system:nodes'] }, null],
  [{ groups: ['nobody', 'system:n*'] }, null],
  [{ usernames: ['system:node:n1'], groups: ['system:nodes'] }, null],
  [{ usernames: ['system:node:n'] }, 'selector.usernames'],
  [{ groups: ['system:node'] }, 'selector.groups'],
  [{ usernames: ['*'], groups: ['system:masters'] }, 'selector.groups'],
  [{ usernames: ['*'], clusters: ['staging'] }, 'selector.clusters'],
  [{ usernames: ['*'], signerNames: ['example.com/a'] }, 'selector.signerNames'],
  [{ clusters: ['prod'] }, 'without'],
])('the selector %j of a pending request ends with: %s', (given, reason) => {
  const found = selectorMismatch({ ...NOTHING, ...given }, effective(), NODE)
  expect(found?.split(' ')[0] ?? null).toBe(reason)
})

test.each([{ usernames: ['*'] }, { groups: ['*'] }, { usernames: ['*'], paths: ['**'] }])(
  'the selector %j never matches the request of a file',
  given => {
    expect(selectorMismatch({ ...NOTHING, ...given }, effective())).toContain(
      'not for request files',
    )
  },
)
