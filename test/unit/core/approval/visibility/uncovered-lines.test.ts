import { describe, expect, test } from '@jest/globals'
import {
  lineRanges,
  uncoveredLines,
} from '../../../../../src/core/approval/visibility/shown-lines.ts'
import { extent } from '../../../../build/extent.ts'

const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('')
/** One letter per line. */
const letters = (word: string): string => text(word.split(''))
/** `+` for a line that was shown. */
const shown = (marks: string): readonly boolean[] => marks.split('').map(mark => mark === '+')

describe('uncovered lines', () => {
  test.each<[string, string | null, string, string, readonly number[]]>([
    ['every line that was not shown, where there is no proved version', null, 'abc', '+-+', [2]],
    ['changed lines that were not shown', 'abc', 'axc', '+-+', [2]],
    ['both lines next to a removal', 'abcd', 'ad', '--', [1, 2]],
    ['the other line next to a removal, where one was shown', 'xabcd', 'xad', '-+-', [3]],
    ['the last line, where the lines after it are gone', 'abc', 'ab', '--', [2]],
    ['the first line, where the lines before it are gone', 'abc', 'bc', '--', [1]],
    ['lines that were added after a removal, at their own numbers', 'abcde', 'adex', '+++-', [4]],
    ['lines in another order', 'abc', 'cab', '---', [1, 3]],
    ['the lines of a second copy', 'ab', 'aba', '++-', [3]],
    ['the lines next to a line that replaced two', 'abcd', 'axd', '-+-', [1, 3]],
  ])('the uncovered lines include %s', (_, proved, now, marks, expected) => {
    const before = proved === null ? null : letters(proved)
    expect(uncoveredLines(before, letters(now), shown(marks))).toEqual(expected)
  })
})

describe('covered lines', () => {
  test.each<[string, string | null, string, string]>([
    ['the lines of the proved version', 'abc', 'abc', '---'],
    ['changed lines that were shown with the lines next to them', 'abcde', 'abxde', '-+++-'],
    ['all lines that were shown', null, 'abc', '+++'],
    ['the lines on both sides of a removal', 'abcd', 'ad', '++'],
    ['a line that replaced another, without the lines around it', 'abc', 'axc', '-+-'],
  ])('the covered lines include %s', (_, proved, now, marks) => {
    const before = proved === null ? null : letters(proved)
    expect(uncoveredLines(before, letters(now), shown(marks))).toEqual([])
  })
})

test('lines that no hunk names were not shown', () => {
  expect(uncoveredLines(null, 'a\nb\n', shown('+'))).toEqual([2])
})

test('a missing last line end is a change of the last line', () => {
  expect(uncoveredLines('a\nb\n', 'a\nb', shown('--'))).toEqual([2])
})

test('two texts with nothing in common differ in every line', () => {
  // These texts have more differences than the search looks for. It ends sooner where one text is short.
  const [before, after] = extent([3000, 3000], [4000, 100])
  const many = (mark: string, length: number): string =>
    text(Array.from({ length }, (_, n) => `${mark}${n}`))
  const none = Array.from({ length: after }, () => false)
  expect(uncoveredLines(many('a', before), many('b', after), none)).toHaveLength(after)
})

test('consecutive line numbers are printed as ranges', () => {
  expect(lineRanges([7])).toBe('7')
  expect(lineRanges([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10')
})
