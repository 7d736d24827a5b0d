import { describe, expect, test } from '@jest/globals'
import { firstPemBlock, pemBlocks } from '../../../../src/sandbox/kinds/go-pem.ts'

const BLOCK = '-----BEGIN A-----\nYWJj\n-----END A-----\n'

describe('the first PEM block', () => {
  test.each([
    ['a plain block', BLOCK],
    ['text before', `x\n${BLOCK}`],
    ['no final newline', BLOCK.trimEnd()],
    ['CRLF', BLOCK.replaceAll('\n', '\r\n')],
    ['a broken block before', `-----BEGIN A-----\n***\n-----END A-----\n${BLOCK}`],
    ['another END inside a broken block', `-----BEGIN B-----\nYWJj\n-----END C-----\n${BLOCK}`],
  ])('is found in %s', (_what, text) => {
    const block = firstPemBlock(text)
    expect([block?.type, Buffer.from(block?.bytes ?? []).toString()]).toEqual(['A', 'abc'])
  })

  test.each([
    ['nothing', ''],
    ['an indented block', BLOCK.replaceAll(/^/gm, ' ')],
    ['one line', '-----BEGIN A-----YWJj-----END A-----'],
    ['no end', '-----BEGIN A-----\nYWJj\n'],
  ])('is not in %s', (_what, text) => {
    expect(firstPemBlock(text)).toBeNull()
  })

  test('says whether it has headers', () => {
    const block = firstPemBlock('-----BEGIN A-----\nB: c\n\nYWJj\n-----END A-----\n')
    expect([block?.hasHeaders, Buffer.from(block?.bytes ?? []).toString()]).toEqual([true, 'abc'])
    expect(firstPemBlock(BLOCK)?.hasHeaders).toBe(false)
  })
})

test('all blocks of a text come in order', () => {
  const text = `${BLOCK}between\n${BLOCK.replaceAll('A-', 'B-')}`
  expect(pemBlocks(text).map(block => block.type)).toEqual(['A', 'B'])
})
