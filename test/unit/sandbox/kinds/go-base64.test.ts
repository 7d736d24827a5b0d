import { describe, expect, test } from '@jest/globals'
import { base64Fault, fromBase64, toBase64 } from '../../../../src/sandbox/kinds/go-base64.ts'

describe('base64 in Go', () => {
  test.each(['', 'YQ==', 'YWI=', 'YWJj', 'YW\r\nJj\n', 'YQ==\n'])(
    'the base64 text %j is accepted',
    text => {
      expect(base64Fault(text)).toBeNull()
    },
  )

  // Offsets as encoding/base64 reports them.
  test.each([
    ['***', 0],
    ['YW*j', 2],
    ['YQ', 0],
    ['YWJjZA', 4],
    ['YQ=', 3],
    ['=', 0],
    ['YQ==x', 4],
    ['YQ-_', 2],
    ['Y===', 1],
    ['YWJjZA===', 8],
    ['YWJ=YWJj', 4],
  ])('the base64 text %j has its fault at %i', (text, offset) => {
    expect(base64Fault(text)).toBe(offset)
  })

  test('base64 is read as it was written', () => {
    const bytes = Uint8Array.of(0, 255, 7)
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  })
})
