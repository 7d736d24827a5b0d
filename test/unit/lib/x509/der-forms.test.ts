import { describe, expect, test } from '@jest/globals'
import {
  checkPrimitive,
  isUnsortedSet,
  mustBeConstructed,
  mustBePrimitive,
} from '../../../../src/lib/x509/der-forms.ts'
import { bytes } from './build.ts'

describe('the form of a DER type', () => {
  test.each([0x22, 0x24, 0x2c, 0x33, 0x36, 0x37])('tag %i must be primitive', tag => {
    expect(mustBePrimitive(tag)).toBe(true)
  })

  test.each([0x10, 0x11, 0x08])('tag %i must be constructed', tag => {
    expect(mustBeConstructed(tag)).toBe(true)
  })

  test.each([0x30, 0x31, 0x02, 0x0c, 0xa0, 0x80, 0x62, 0x90])('tag %i may have its form', tag => {
    expect([mustBePrimitive(tag), mustBeConstructed(tag)]).toEqual([false, false])
  })
})

test('a type without a canonical form is not checked', () => {
  expect(checkPrimitive(0x04, bytes('80 80'))).toBeNull()
  expect(checkPrimitive(0x80, bytes(''))).toBeNull()
})

test.each([
  ['a prefix before the longer is sorted', '02 01', '02 01 00', false],
  ['the longer before its prefix is unsorted', '02 01 00', '02 01', true],
  ['equal parts are sorted', '02 01', '02 01', false],
  ['bytes above 7F are compared unsigned', '80', '01', true],
])('the order of a SET is checked: %s', (_, first, second, unsorted) => {
  expect(isUnsortedSet(bytes(first), bytes(second))).toBe(unsorted)
})
