import { describe, expect, test } from '@jest/globals'
import { linesOf, shownLines } from '../../../../../src/core/approval/visibility/patch-hunks.ts'

const TEXT = 'a\nb\nc\nd\ne\n'

describe('the lines that a patch shows', () => {
  test('a patch shows the context and the added lines of its hunks', () => {
    expect(shownLines('@@ -1,2 +1,3 @@\n a\n+b\n c', TEXT)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test('a patch shows the lines of several hunks', () => {
    const patch = '@@ -1 +1 @@ section\n-x\n+a\n@@ -5 +5 @@\n-y\n+e'
    expect(shownLines(patch, TEXT)).toEqual([true, false, false, false, true])
  })

  test('a patch does not show lines that it only removes', () => {
    expect(shownLines('@@ -2,1 +1,0 @@\n-x', TEXT)).toEqual([false, false, false, false, false])
  })

  test('a patch shows a last line without a line end', () => {
    const patch = '@@ -1,2 +1,2 @@\n a\n-x\n+b\n\\ No newline at end of file'
    expect(shownLines(patch, 'a\nb')).toEqual([true, true])
  })

  test('a patch shows a carriage return as part of its line', () => {
    expect(shownLines('@@ -1 +1 @@\n-x\n+a\r', 'a\r\n')).toEqual([true])
    expect(shownLines('@@ -1 +1 @@\n-x\n+a', 'a\r\n')).toBeNull()
  })
})

test.each([
  ['has another line than the text', '@@ -1 +1 @@\n-x\n+z'],
  ['has no hunk', 'Binary files differ'],
  ['is truncated', '@@ -1,2 +1,3 @@\n a\n+b'],
  ['ends with an unknown mark', '@@ -1,2 +1,2 @@\n a\n!b'],
  ['has an empty line in a hunk', '@@ -1,2 +1,2 @@\n a\n\n b'],
  ['shows more lines of the text than it counts', '@@ -1,2 +1,1 @@\n a\n b'],
  ['shows more lines of the text before than it counts', '@@ -1,1 +1,2 @@\n a\n b'],
  ['continues past its counts', '@@ -1 +1 @@\n-x\n+a\n+b'],
  ['continues past the end of the text', '@@ -5,1 +5,2 @@\n e\n+f'],
])('a patch that %s does not match the text', (_, patch) => {
  expect(shownLines(patch, TEXT)).toBeNull()
})

test('a text is split into lines with their ends', () => {
  expect(linesOf('a\nb')).toEqual(['a\n', 'b'])
  expect(linesOf('a\n')).toEqual(['a\n'])
  expect(linesOf('')).toEqual([])
})
