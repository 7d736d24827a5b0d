import { expect, test } from '@jest/globals'
import { mergeIssued, withIssuedNames } from '../../../../src/core/pending/issued-names.ts'
import type { IssuedName } from '../../../../src/domain/cluster/pending-request.ts'

const NOW = new Date('2030-06-01T00:00:00Z')
const issued = (hours: number, name = 'DNS n1', commonName = 'system:node:n1'): IssuedName => ({
  name,
  commonName,
  until: new Date(NOW.getTime() + hours * 3_600_000),
})

test.each([
  ['earlier', [issued(1)], [issued(2)]],
  ['later', [issued(2)], [issued(1)]],
])(
  'of two certificates of one name the latest end is kept if the added one ends %s',
  (_, one, two) => {
    expect(mergeIssued(one, two, NOW)).toEqual([issued(2)])
  },
)

test('a name is kept once for each node, and not after its end', () => {
  const other = issued(1, 'DNS n1', 'system:node:n2')
  expect(mergeIssued([issued(1), issued(0, 'DNS n3')], [other], NOW)).toEqual([issued(1), other])
})

test('recorded names that have not ended are added to those of approved requests, without a key', () => {
  const held = new Map([['DNS n1', [{ commonName: 'system:node:n2', key: 'a' }]]])
  const all = withIssuedNames(held, [issued(1), issued(0, 'DNS n3')], NOW)
  expect([...all]).toEqual([
    [
      'DNS n1',
      [
        { commonName: 'system:node:n2', key: 'a' },
        { commonName: 'system:node:n1', key: null },
      ],
    ],
  ])
})
