import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readDer } from '../../../../src/lib/x509/der.ts'
import { time, tlv } from '../../../../src/lib/x509/der-write.ts'
import { timeOf } from '../../../../src/lib/x509/x509-certificate.ts'

function read(tag: number, text: string): Date {
  return timeOf(readDer(tlv(tag, Buffer.from(text, 'latin1'))), 'notAfter')
}

test.each([
  [0x17, '300102030405Z', '2030-01-02T03:04:05.000Z'],
  [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
  [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
  [0x17, '000229000000Z', '2000-02-29T00:00:00.000Z'],
  [0x18, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
  [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  [0x18, '00500101000000Z', '0050-01-01T00:00:00.000Z'],
])('the time of tag %i, %s, is %s', (tag, text, iso) =>
  expect(read(tag, text).toISOString()).toBe(iso),
)

const FORM =
  'notAfter is neither YYMMDDHHMMSSZ (UTCTime) nor YYYYMMDDHHMMSSZ (GeneralizedTime) at byte 0'
const CALENDAR = 'notAfter is no date of the calendar at byte 0'

test.each([
  ['UTCTime without seconds', 0x17, '3001020304Z', FORM],
  ['UTCTime with an offset', 0x17, '300102030405+0000', FORM],
  ['UTCTime without Z', 0x17, '300102030405', FORM],
  ['UTCTime with four digits of the year', 0x17, '20300102030405Z', FORM],
  ['GeneralizedTime with two digits of the year', 0x18, '300102030405Z', FORM],
  ['GeneralizedTime with a fraction', 0x18, '20300102030405.5Z', FORM],
  ['GeneralizedTime in local time', 0x18, '20300102030405', FORM],
  ['a line end after Z', 0x17, '300102030405Z\n', FORM],
  ['another type', 0x13, '300102030405Z', FORM],
  ['the thirteenth month', 0x17, '301302030405Z', CALENDAR],
  ['month zero', 0x17, '300002030405Z', CALENDAR],
  ['31 February', 0x17, '300231000000Z', CALENDAR],
  ['29 February of a common year', 0x17, '300229000000Z', CALENDAR],
  ['24 o’clock', 0x17, '300102240000Z', CALENDAR],
  ['a leap second', 0x17, '161231235960Z', CALENDAR],
])('the time reader refuses %s', (_, tag, text, message) =>
  expect(() => read(tag, text)).toThrow(message),
)

test('the reader accepts every second that the writer encodes', () => {
  const range = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }
  fc.assert(
    fc.property(fc.date(range), date => {
      date.setUTCMilliseconds(0)
      expect(timeOf(readDer(time(date)), 'it')).toEqual(date)
    }),
  )
})
