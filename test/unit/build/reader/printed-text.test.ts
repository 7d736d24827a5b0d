// The comparison of what a page shows with what a command prints.
import { describe, expect, test } from '@jest/globals'
import { isAsShown } from '../../../build/reader/printed-text.ts'

describe('the text of a page', () => {
  test.each([
    ['another word', 'jane issued', 'jane refused'],
    ['a missing line', 'a\nb\n', 'a\n'],
    ['a line too many', 'a\n', 'a\nb\n'],
    ['an output where the page shows none', '', 'a\n'],
    ['another order', 'a\nb\n', 'b\na\n'],
    ['a character of a pattern', 'a.c', 'abc'],
  ])('%s is noticed', (_, shown, printed) => expect(isAsShown(shown, printed)).toBe(false))

  test('the same text is as shown, whatever the width of its columns', () =>
    expect(isAsShown('NAME  UNTIL\njane  now\n', 'NAME      UNTIL\njane      now   \n')).toBe(true))
})

describe('an ellipsis', () => {
  test.each([
    ['any lines', 'a\n…\nd\n', 'a\nb\nc\nd\n'],
    ['no line', 'a\n…\nd\n', 'a\nd\n'],
    ['text inside of a line', 'wrote … to a', 'wrote 3 files to a'],
  ])('stands for %s', (_, shown, printed) => expect(isAsShown(shown, printed)).toBe(true))

  test.each([
    ['a different last line', 'a\n…\nd\n', 'a\nb\nc\n'],
    ['text of the next line', 'wrote …\nd', 'wrote a\nb\nd'],
  ])('does not stand for %s', (_, shown, printed) => expect(isAsShown(shown, printed)).toBe(false))
})

const DIGEST = 'a45bbc326167c1ff0c7e0caaa724384343457ef30f38fb23267488d9af86aba0'

describe('a value that differs in each run', () => {
  test.each([
    ['a date', 'until 2026-12-05', 'until 2027-01-31'],
    ['a time with minutes', 'until 2026-12-05 02:25Z', 'until 2027-01-31 23:59Z'],
    ['a time with milliseconds', 'at 2026-12-05T02:25:01.123Z', 'at 2027-01-31T00:00:00.000Z'],
    ['a digest', `sha256:${DIGEST}`, `sha256:${DIGEST.replaceAll('a', 'b')}`],
    ['a short commit', 'commit 9ab31c0', 'commit 3f2c1ab'],
    ['a serial number', 'serial 76:4e:72…', 'serial 91:a3:15…'],
    ['an address', 'at 127.0.0.1:6443', 'at 127.0.0.1:40001'],
    [
      'a grant',
      'countersign:acme-certs:4rd2sa5u5cmwnxoxgiff',
      'countersign:acme-certs:2jsbapeozcetj2jda6zg',
    ],
    ['a time to come', 'in 6d 23h', 'in 7d'],
    ['the age of a pending request', 'jane · Pending for 2s · x', 'jane · Pending for 1m 3s · x'],
    ['a time ago', 'renewed 3s ago', 'renewed 1m 2s ago'],
    ['an age in a column', 'jane  3s  due', 'jane  14s  due'],
    ['a distance of clocks', 'clocks 0.2 s apart', 'clocks 130 ms apart'],
  ])('%s is not compared', (_, shown, printed) => expect(isAsShown(shown, printed)).toBe(true))

  test.each([
    ['a date instead of a word', 'until never', 'until 2026-12-05'],
    ['the lifetime of a request', '· 168h  →', '· 24h  →'],
    ['a number', '28 to create', '27 to create'],
    ['an exit code of five digits', 'code 12345', 'code 54321'],
    ['an address without a port', 'at 10.0.0.1', 'at 10.0.0.2'],
    [
      'the owner of a grant',
      'countersign:acme-certs:4rd2sa5u5cmwnxoxgiff',
      'countersign:acme-shop:4rd2sa5u5cmwnxoxgiff',
    ],
    ['the moment before a time', 'renews in 3d', 'expires in 3d'],
    ['a word that looks like hexadecimal and is short', 'feed', 'face'],
    ['the name of a digest', `sha256:${DIGEST}`, `sha1:${DIGEST}`],
    ['the version of Kubernetes', 'v1.36.3', 'v1.37.0'],
  ])('%s is compared', (_, shown, printed) => expect(isAsShown(shown, printed)).toBe(false))
})
