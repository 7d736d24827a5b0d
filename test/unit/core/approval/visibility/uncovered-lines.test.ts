import { describe, expect, test } from '@jest/globals'
import {
  lineRanges,
  uncoveredLines,
} from '../../../../../src/core/approval/visibility/uncovered-lines.ts'

const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
/** One letter a line. */
const letters = (word: string): string => text(word.split(''))
/** `+` for a line that was shown. */
const shown = (marks: string): readonly boolean[] => marks.split('').map(mark => mark === '+')

describe('lines are not covered', () => {
  test.each<[string, string | null, string, string, readonly number[]]>([
    ['where there is no proved version, unless they were shown', null, 'abc', '+-+', [2]],
    ['that were changed and not shown', 'abc', 'axc', '+-+', [2]],
    ['next to a removal, both of them', 'abcd', 'ad', '--', [1, 2]],
    ['of which one next to a removal was shown, the other', 'xabcd', 'xad', '-+-', [3]],
    ['at the end, where lines behind it are gone', 'abc', 'ab', '--', [2]],
    ['at the start, where lines before it are gone', 'abc', 'bc', '--', [1]],
    ['that were added after a removal, at their own numbers', 'abcde', 'adex', '+++-', [4]],
    ['that stand in another order', 'abc', 'cab', '---', [1, 3]],
    ['of a second copy', 'ab', 'aba', '++-', [3]],
    ['next to two that one took the place of', 'abcd', 'axd', '-+-', [1, 3]],
  ])('%s', (_, proved, now, marks, expected) => {
    const before = proved === null ? null : letters(proved)
    expect(uncoveredLines(before, letters(now), shown(marks))).toEqual(expected)
  })
})

describe('lines are covered', () => {
  test.each<[string, string | null, string, string]>([
    ['that are those of the proved version', 'abc', 'abc', '---'],
    ['that changed and were shown with what is next to them', 'abcde', 'abxde', '-+++-'],
    ['where all was shown', null, 'abc', '+++'],
    ['on both sides of a removal', 'abcd', 'ad', '++'],
    ['that took the place of another, without those around them', 'abc', 'axc', '-+-'],
  ])('%s', (_, proved, now, marks) => {
    const before = proved === null ? null : letters(proved)
    expect(uncoveredLines(before, letters(now), shown(marks))).toEqual([])
  })
})

test('lines of which nothing is said were not shown', () => {
  expect(uncoveredLines(null, 'a\nb\n', shown('+'))).toEqual([2])
})

test('a line end that is gone is a change of the last line', () => {
  expect(uncoveredLines('a\nb\n', 'a\nb', shown('--'))).toEqual([2])
})

test('two texts that have nothing in common are different in every line', () => {
  const many = (mark: string): string => text(Array.from({ length: 3000 }, (_, n) => `${mark}${n}`))
  const none = Array.from({ length: 3000 }, () => false)
  expect(uncoveredLines(many('a'), many('b'), none)).toHaveLength(3000)
})

test('ranges of lines are said in few words', () => {
  expect(lineRanges([7])).toBe('7')
  expect(lineRanges([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10')
})
