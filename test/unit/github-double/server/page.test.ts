// Pages of REST lists, followed by their links to the end.
import { describe, expect, test } from '@jest/globals'
import type { Answer, Json } from '../../../github-double/server/answer.ts'
import { cursorPageOf, pageOf, perPage } from '../../../github-double/server/page.ts'

const members = Array.from({ length: 250 }, (_, index) => ({ id: 1000 - index }))

function linksOf(link: string | undefined): ReadonlyMap<string, string> {
  const found = [...(link ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)]
  return new Map(found.map(([, url = '', relation = '']) => [relation, url]))
}

test.each([
  ['', 30],
  ['?per_page=5', 5],
  ['?per_page=500', 100],
  ['?per_page=0', 30],
  ['?per_page=x', 30],
])('a page of %s has %d members', (query, size) => {
  expect(perPage(new URL(`https://api.invalid/${query}`))).toBe(size)
})

type Page = (list: typeof members, url: URL, show: (member: { id: number }) => Json) => Answer

describe.each<[string, Page]>([
  ['numbers', pageOf],
  ['cursors', cursorPageOf],
])('pages by %s', (kind, page) => {
  const follow = (start: string) => {
    const ids: Json[] = []
    for (let url: string | undefined = start; url !== undefined;) {
      const { body, headers }: Answer = page(members, new URL(url), ({ id }) => id)
      ids.push(...(body as readonly Json[]))
      url = linksOf(headers['link']).get('next')
    }
    return ids
  }

  test(`the links with ${kind} lead through every member once`, () => {
    const ids = follow('https://api.invalid/x?per_page=99&ref=main')
    expect(ids).toEqual(members.map(({ id }) => id))
  })

  test(`the prev link with ${kind} leads back to the first page`, () => {
    const first = new URL('https://api.invalid/x?per_page=99')
    const next = linksOf(page(members, first, ({ id }) => id).headers['link']).get('next') ?? ''
    const second = page(members, new URL(next), ({ id }) => id)
    const back = linksOf(second.headers['link']).get('prev') ?? ''
    const again = page(members, new URL(back), ({ id }) => id)
    expect(again.body).toEqual(page(members, first, ({ id }) => id).body)
  })

  test(`the links with ${kind} keep the rest of the query`, () => {
    const { headers } = page(members, new URL('https://api.invalid/x?ref=a%2Fb'), ({ id }) => id)
    expect(linksOf(headers['link']).get('next')).toContain('ref=a%2Fb')
  })
})

test('numbered pages have links to the last and the first page', () => {
  const { headers } = pageOf(members, new URL('https://api.invalid/x?page=2'), ({ id }) => id)
  const links = linksOf(headers['link'])
  expect([...links.keys()].sort()).toEqual(['first', 'last', 'next', 'prev'])
  expect(links.get('last')).toContain('page=9')
})

test('a list on one page has no links', () => {
  const few = members.slice(0, 3)
  expect(pageOf(few, new URL('https://api.invalid/x'), ({ id }) => id).headers).toEqual({})
  expect(cursorPageOf(few, new URL('https://api.invalid/x'), ({ id }) => id).headers).toEqual({})
})
