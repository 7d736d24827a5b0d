// The format of standard input is recognized by its content.
import { expect, test } from '@jest/globals'
import { inputFormat, isInputFormat } from '../../../../src/workflows/validate/input-format.ts'

test.each([
  ['-----BEGIN CERTIFICATE REQUEST-----\nMII\n', 'pem'],
  ['{"CN": "jane"}', 'json'],
  ['# comment\n[ req ]\nprompt = no\n', 'cnf'],
  ['apiVersion: countersign.dev/v1\n', 'yaml'],
  ['spec:\n  request: |\n    -----BEGIN CERTIFICATE REQUEST-----\n', 'yaml'],
  ['usages: [client auth]\n', 'yaml'],
  ['', 'yaml'],
])('the input %j is read as %s', (text, format) =>
  expect(inputFormat(new TextEncoder().encode(text))).toBe(format),
)

test('only the four formats can be named', () => {
  const named = ['yaml', 'json', 'cnf', 'pem', 'csr', ''].filter(isInputFormat)
  expect(named).toEqual(['yaml', 'json', 'cnf', 'pem'])
})
