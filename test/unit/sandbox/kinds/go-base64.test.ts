import { describe, expect, test } from '@jest/globals'
import { base64Fault, fromBase64, toBase64 } from '../../../../src/sandbox/kinds/go-base64.ts'

describe('base64 as Go reads it', () => {
  test.each(['', 'YQ==', 'YWI=', 'YWJj', 'YW\r\nJj\n', 'YQ==\n'])('takes %j', text => {
    expect(base64Fault(text)).toBeNull()
  })

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
  ])('finds the fault of %j at %i', (text, offset) => {
    expect(base64Fault(text)).toBe(offset)
  })

  test('reads what it writes', () => {
    const bytes = Uint8Array.of(0, 255, 7)
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  })
})
