import { describe, expect, test } from '@jest/globals'
import { namesake } from '../../../../src/workflows/prove/namesakes.ts'
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
