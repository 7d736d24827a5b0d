import { describe, expect, test } from '@jest/globals'
import { firstPemBlock, pemBlocks } from '../../../../src/sandbox/kinds/go-pem.ts'

const BLOCK = '-----BEGIN A-----\nYWJj\n-----END A-----\n'

describe('the first PEM block of a text', () => {
  test.each([
    ['a plain block', BLOCK],
    ['a text before the block', `x\n${BLOCK}`],
    ['a text without a final newline', BLOCK.trimEnd()],
    ['a text with CRLF', BLOCK.replaceAll('\n', '\r\n')],
    ['a text with a broken block before', `-----BEGIN A-----\n***\n-----END A-----\n${BLOCK}`],
    [
      'a text with another END inside a broken block',
      `-----BEGIN B-----\nYWJj\n-----END C-----\n${BLOCK}`,
    ],
  ])('the first block is found in %s', (_what, text) => {
    const block = firstPemBlock(text)
    expect([block?.type, Buffer.from(block?.bytes ?? []).toString()]).toEqual(['A', 'abc'])
  })

  test.each([
    ['an empty text', ''],
    ['an indented block', BLOCK.replaceAll(/^/gm, ' ')],
    ['one line', '-----BEGIN A-----YWJj-----END A-----'],
    ['a block without an end', '-----BEGIN A-----\nYWJj\n'],
  ])('no block is found in %s', (_what, text) => {
    expect(firstPemBlock(text)).toBeNull()
  })

  test('a block has its headers marked', () => {
    const block = firstPemBlock('-----BEGIN A-----\nB: c\n\nYWJj\n-----END A-----\n')
    expect([block?.hasHeaders, Buffer.from(block?.bytes ?? []).toString()]).toEqual([true, 'abc'])
    expect(firstPemBlock(BLOCK)?.hasHeaders).toBe(false)
  })
})

test('all blocks of a text are in order', () => {
  const text = `${BLOCK}between\n${BLOCK.replaceAll('A-', 'B-')}`
  expect(pemBlocks(text).map(block => block.type)).toEqual(['A', 'B'])
})
