import { describe, expect, test } from '@jest/globals'
import {
  linesWithEnds,
  shownLines,
} from '../../../../../src/core/approval/visibility/patch-hunks.ts'

const TEXT = 'a\nb\nc\nd\ne\n'

describe('the lines that a patch shows', () => {
  test('a patch shows the context and the added lines of its hunks', () => {
    expect(shownLines('@@ -1,2 +1,3 @@\n a\n+b\n c', 'a\nc\nd\ne\n', TEXT)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test('a patch shows the lines of several hunks', () => {
    const patch = '@@ -1 +1 @@ section\n-x\n+a\n@@ -5 +5 @@\n-y\n+e'
    expect(shownLines(patch, 'x\nb\nc\nd\ny\n', TEXT)).toEqual([true, false, false, false, true])
  })

  test('a patch does not show lines that it only removes', () => {
    expect(shownLines('@@ -2,1 +1,0 @@\n-x', 'a\nx\nb\nc\nd\ne\n', TEXT)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
  })

  test('a patch shows a new text and the removal of a whole one', () => {
    expect(shownLines('@@ -0,0 +1,2 @@\n+a\n+b', '', 'a\nb\n')).toEqual([true, true])
    expect(shownLines('@@ -1,2 +0,0 @@\n-a\n-b', 'a\nb\n', '')).toEqual([])
  })

  test('a patch shows a last line without a line end', () => {
    const patch = '@@ -1,2 +1,2 @@\n a\n-x\n+b\n\\ No newline at end of file'
    expect(shownLines(patch, 'a\nx\n', 'a\nb')).toEqual([true, true])
    expect(shownLines(patch, 'a\nx', 'a\nb')).toBeNull()
    expect(shownLines(patch, 'a\nx\n', 'a\nb\n')).toBeNull()
  })

  test('a patch shows a carriage return as part of its line', () => {
    expect(shownLines('@@ -1 +1 @@\n-x\n+a\r', 'x\n', 'a\r\n')).toEqual([true])
    expect(shownLines('@@ -1 +1 @@\n-x\n+a', 'x\n', 'a\r\n')).toBeNull()
  })
})

test.each([
  ['has another line than the new text', '@@ -1 +1 @@\n-x\n+z'],
  ['has another line than the old text', '@@ -1 +1 @@\n-y\n+a'],
  ['has another context than the old text', '@@ -1,2 +1,2 @@\n-x\n+a\n c'],
  ['has no hunk', 'Binary files differ'],
  ['is truncated', '@@ -1,2 +1,2 @@\n-x\n+a'],
  ['ends with an unknown mark', '@@ -1,2 +1,2 @@\n-x\n+a\n!b'],
  ['has an empty line in a hunk', '@@ -1,2 +1,2 @@\n-x\n+a\n\n b'],
  ['shows more lines of the new text than it counts', '@@ -1,2 +1,1 @@\n-x\n+a\n b'],
  ['shows more lines of the old text than it counts', '@@ -1,1 +1,2 @@\n-x\n+a\n b'],
  ['continues past its counts', '@@ -1 +1 @@\n-x\n+a\n+b'],
  ['continues past the end of the text', '@@ -1 +1 @@\n-x\n+a\n@@ -5,1 +5,2 @@\n e\n+f'],
  ['leaves out a changed line', '@@ -2,1 +2,1 @@\n b'],
  ['leaves out a line at the end', '@@ -1 +1 @@\n-x\n+a\n@@ -5,1 +5,0 @@\n-e'],
  ['repeats a hunk', '@@ -1 +1 @@\n-x\n+a\n@@ -1 +1 @@\n-x\n+a'],
])('a patch that %s does not make the new text out of the old one', (_, patch) => {
  expect(shownLines(patch, 'x\nb\nc\nd\ne\n', TEXT)).toBeNull()
})

test('a text is split into lines with their ends', () => {
  expect(linesWithEnds('a\nb')).toEqual(['a\n', 'b'])
  expect(linesWithEnds('a\n')).toEqual(['a\n'])
  expect(linesWithEnds('')).toEqual([])
})
