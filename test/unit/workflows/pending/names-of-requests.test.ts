import { expect, test } from '@jest/globals'
import { isApproved, issuedBy } from '../../../../src/workflows/pending/names-of-requests.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { pending } from '../../../build/pending.ts'

const condition = (type: string) => ({ type, status: 'True', reason: 'x', message: '' })

test.each([
  [['Approved'], true],
  [[], false],
  [['Approved', 'Denied'], false],
  [['Denied'], false],
  [['Approved', 'Failed'], false],
])('a request with the conditions %j keeps its names from other nodes: %p', (types, expected) => {
  expect(isApproved(pending({ conditions: types.map(condition) }))).toBe(expected)
})

test.each([
  ['the requested lifetime', 3600, 3600],
  ['the lifetime of its signer', null, 8760 * 3600],
])(
  'an approved request keeps its names for %s and two hours until it is signed',
  (_, asked, seconds) => {
    const now = new Date('2030-06-01T00:00:00Z')
    const names = issuedBy(pending({ expirationSeconds: asked }), clusterConfig(), now)
    expect(names.map(({ name }) => name).sort()).toEqual([
      'CN system:node:n1',
      'DNS n1.nodes.example.com',
      'IP 10.1.0.1',
    ])
    const until = new Date(now.getTime() + (seconds + 2 * 3600) * 1000)
    for (const each of names) expect(each).toMatchObject({ commonName: 'system:node:n1', until })
  },
)
