import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { mark } from '../../../../src/output/comment/safe-markdown.ts'
import { COMMENT, fitPage, SUMMARY } from '../../../../src/output/comment/comment-size-limit.ts'
import type { PageLimit, Block } from '../../../../src/output/comment/comment-size-limit.ts'

const top = (isWhole: boolean) => (isWhole ? mark`whole` : mark`cut`)
const bottom = mark`end`

function section(name: string, lengths: readonly number[], share: number): Block {
  return {
    above: { markdown: `head of ${name}` },
    between: '\n',
    items: lengths.map((length, index) => ({ markdown: `${name}${index}`.padEnd(length, '.') })),
    left: count => ({ markdown: `${count} left of ${name}` }),
    share,
  }
}

describe('a page with a size limit', () => {
  test('a page that fits keeps everything', () =>
    expect(fitPage(top, [section('a', [3, 3], 1)], bottom, COMMENT)).toEqual({
      text: 'whole\n\nhead of a\na0.\na1.\n\nend',
      isWhole: true,
    }))

  test('a page leaves out an empty section', () =>
    expect(fitPage(top, [section('a', [], 1)], bottom, COMMENT).text).toBe('whole\n\nend'))

  test('a page that is too long is cut between items, names the missing ones, and says so at the top', () => {
    const limit = { ...COMMENT, most: 80 }
    const page = fitPage(top, [section('a', [20, 20, 20, 20], 1)], bottom, limit)
    expect(page).toEqual({
      text: 'cut\n\nhead of a\na0..................\na1..................\n\n2 left of a\n\nend',
      isWhole: false,
    })
  })

  test('a page gives the unused room of one section to the others', () => {
    const limit = { ...COMMENT, most: 400 }
    const many = Array.from({ length: 40 }, () => 10)
    const { text } = fitPage(top, [section('a', [10], 0.5), section('b', many, 0.5)], bottom, limit)
    expect(text).toContain('a0')
    expect(text.length).toBeGreaterThan(380)
  })

  const limits: readonly (readonly [string, PageLimit])[] = [
    ['characters', { ...COMMENT, most: 500 }],
    ['bytes', { ...SUMMARY, most: 500 }],
  ]

  test.each(limits)(
    'a page never has more %s than its limit, and no part of an item',
    (_, limit) => {
      const lengths = fc.array(fc.integer({ min: 6, max: 200 }), { maxLength: 30 })
      fc.assert(
        fc.property(lengths, lengths, fc.constantFrom('.', 'é', '→'), (first, second, letter) => {
          const sections = [section('a', first, 0.6), section('b', second, 0.4)].map(each => ({
            ...each,
            items: each.items.map(({ markdown }) => ({
              markdown: markdown.replaceAll('.', letter),
            })),
          }))
          const { text, isWhole } = fitPage(top, sections, bottom, limit)
          expect(limit.sizeOf(text)).toBeLessThanOrEqual(limit.most)
          const items = sections.flatMap(each => each.items.map(({ markdown }) => markdown))
          const lines = text.split('\n').filter(line => /^[ab]\d/.test(line))
          expect(lines.filter(line => !items.includes(line))).toEqual([])
          const left = [...text.matchAll(/(\d+) left of/g)].map(([, count]) => Number(count))
          expect(lines.length + left.reduce((sum, count) => sum + count, 0)).toBe(items.length)
          expect(isWhole).toBe(lines.length === items.length)
        }),
      )
    },
  )
})
