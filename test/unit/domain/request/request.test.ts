import { describe, expect, test } from '@jest/globals'
import type { Place } from '../../../../src/domain/problem.ts'
import { placeOf } from '../../../../src/domain/request/request.ts'

function place(line: number): Place {
  return { file: 'requests/jane.yaml', line, column: 1, length: 1, excerpt: null }
}

const PLACES = new Map([
  ['', place(1)],
  ['usages', place(2)],
  ['usages[1]', place(3)],
  ['subject.organizations', place(4)],
])

describe('the place of a member', () => {
  test.each([
    ['usages[1]', 3],
    ['usages[7]', 2],
    ['subject.organizations[0]', 4],
    ['subject.countries[0]', 1],
    ['sinks[0].secret.name', 1],
    ['a[b', 1],
    ['', 1],
  ])('the member %j is at line %d', (member, line) => {
    expect(placeOf(PLACES, member)?.line).toBe(line)
  })

  test('a member of a file without places has no place', () => {
    expect(placeOf(new Map(), 'usages[0].x')).toBeNull()
  })
})
