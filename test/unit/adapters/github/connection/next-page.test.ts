// The Link header of a list: which links lead to the next page.
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
      'a link after another',
      `${link('https://h/x?page=1', 'prev')}, ${link('https://h/x?page=3', 'next')}`,
      { page: '3' },
    ],
    ['a link on another host', link('https://example.com/steal?page=2', 'next'), { page: '2' }],
  ])('the next page is requested with only the query of the link: %s', (_, header, expected) => {
    const { per_page: size, ...next } = nextPage(header, ASKED, 'read') ?? {}
    expect(String(size)).toBe('100')
    expect(next).toEqual({ owner: 'acme', repo: 'certs', ...expected })
  })

  test.each([
    ['a link to an earlier page', link('https://h/x?page=1', 'prev')],
    ['no link', ''],
  ])('there is no next page after %s', (_, header) =>
    expect(nextPage(header, ASKED, 'read')).toBeNull(),
  )

  test.each([
    ['without a query', link('https://h/x', 'next')],
    ['with an invalid address', link('::', 'next')],
    ['to the same page', link('https://h/x?per_page=100', 'next')],
  ])('a link %s is refused', (_, header) => {
    expect(() => nextPage(header, { per_page: '100' }, 'read')).toThrow(CountersignError)
  })
})
