import { expect, test } from '@jest/globals'
import { selectorMismatch } from '../../../../src/core/policy/policy-selector.ts'
import { effective } from '../../../build/effective.ts'

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
  const selector = { paths: null, clusters: null, signerNames: null, ...given }
  const reason = selectorMismatch(selector, effective())
  expect(reason?.split(' ')[0] ?? null).toBe(member === null ? null : `selector.${member}`)
})
