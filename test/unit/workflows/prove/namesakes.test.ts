import { describe, expect, test } from '@jest/globals'
import { configurationNamesake, namesake } from '../../../../src/workflows/prove/namesakes.ts'
import { GONE } from '../../../../src/domain/proof/git-history.ts'
import type { BlobAt } from '../../../../src/domain/proof/git-history.ts'
import type { CertificateRequest } from '../../../../src/domain/request/request.ts'

describe('files that may hold the name of a request', () => {
  const requests = new Map([
    ['jane', { name: 'jane' }],
    ['mark', { name: 'mark' }],
  ])
  const request = (_: string, blob: string) =>
    (requests.get(blob) as CertificateRequest | undefined) ?? null
  const holds = namesake('jane', { request }, 'requests')

  test.each([
    ['a request of the same name', 'requests/people/team/jane.yaml', 'jane', true],
    ['a request of another name', 'requests/people/mark.yaml', 'mark', false],
    ['a broken file, which may have any name', 'requests/people/mark.yaml', 'broken', true],
    ['a broken file whose name begins with a dot', 'requests/.mark.yaml', 'broken', false],
    ['a note', 'requests/README.md', 'broken', false],
    ['a file that is no format of a request', 'requests/notes.txt', 'broken', false],
  ])('%s is found rightly', (_, path, blob, expected) => {
    expect(holds?.(path, blob)).toBe(expected)
  })

  test('a file without a name has no namesake', () => {
    expect(namesake(null, { request }, 'requests')).toBeNull()
  })
})

describe('files that may hold the name of a policy', () => {
  const TEXTS = new Map([
    ['people', 'metadata: { name: people }'],
    ['old', 'metadata: { name: old }'],
    ['broken', 'metadata: ['],
  ])
  const holding = (blob: string | null, below: BlobAt, path = 'policies/people.yaml') =>
    configurationNamesake(
      { path, blob, landing: { commit: 'm1', before: 'root' } },
      { textOf: id => TEXTS.get(id) ?? null, fileAt: () => below },
    )

  test.each([
    ['a policy of the same name', 'policies/team.yaml', 'people', true],
    ['a policy of another name', 'policies/team.yaml', 'old', false],
    ['a broken policy, which may have any name', 'policies/team.yaml', 'broken', true],
    ['a test of policies', 'policies/team.test.yaml', 'people', false],
    ['a note', 'policies/README.md', 'people', false],
  ])('%s is found rightly for a policy', (_, path, blob, expected) => {
    expect(holding('people', null)?.(path, blob)).toBe(expected)
  })

  test('a changed policy is compared by its new name, and a removed one by its last', () => {
    const found = (blob: string | null, below: BlobAt): readonly (boolean | undefined)[] =>
      ['people', 'old'].map(other => holding(blob, below)?.('policies/team.yaml', other))
    expect(found('people', 'old')).toEqual([true, false])
    expect(found(null, 'old')).toEqual([false, true])
  })

  test('any policy may hold the name of one whose text cannot be read', () => {
    expect(holding(null, GONE)?.('policies/team.yaml', 'old')).toBe(true)
    expect(holding('broken', null)?.('policies/team.yaml', 'old')).toBe(true)
  })

  test('a test of policies has no namesake, and an inventory with such a file name has', () => {
    expect(holding('people', null, 'policies/people.test.yaml')).toBeNull()
    expect(holding('people', null, 'inventory/people.test.yaml')).not.toBeNull()
  })
})
