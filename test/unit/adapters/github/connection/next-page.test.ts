// The Link header of a list: what leads to the next page, and what does not.
import { describe, expect, test } from '@jest/globals'
import { nextPage } from '../../../../../src/adapters/github/connection/next-page.ts'
import { CountersignError } from '../../../../../src/domain/problem.ts'

const ASKED = { owner: 'acme', repo: 'certs', per_page: 100 }
const link = (to: string, rel: string) => `<${to}>; rel="${rel}"`

describe('the next page', () => {
  test.each([
    ['a number', link('https://api.github.com/x?per_page=100&page=2', 'next'), { page: '2' }],
    ['a cursor', link('https://api.github.com/x?after=Y3U%3D', 'next'), { after: 'Y3U=' }],
    [
      'behind another',
      `${link('https://h/x?page=1', 'prev')}, ${link('https://h/x?page=3', 'next')}`,
      { page: '3' },
    ],
    ['on another host', link('https://example.com/steal?page=2', 'next'), { page: '2' }],
  ])('is asked for by the query of the link alone: %s', (_, header, expected) => {
    const { per_page: size, ...next } = nextPage(header, ASKED, 'read') ?? {}
    expect(String(size)).toBe('100')
    expect(next).toEqual({ owner: 'acme', repo: 'certs', ...expected })
  })

  test.each([
    ['only earlier ones', link('https://h/x?page=1', 'prev')],
    ['nothing', ''],
  ])('is not there: %s', (_, header) => expect(nextPage(header, ASKED, 'read')).toBeNull())

  test.each([
    ['without a query', link('https://h/x', 'next')],
    ['that is no address', link('::', 'next')],
    ['that is this page', link('https://h/x?per_page=100', 'next')],
  ])('%s cannot be asked for', (_, header) => {
    expect(() => nextPage(header, { per_page: '100' }, 'read')).toThrow(CountersignError)
  })
})
