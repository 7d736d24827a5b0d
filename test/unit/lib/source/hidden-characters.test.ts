import { expect, test } from '@jest/globals'
import { beyondAscii, visible } from '../../../../src/lib/source/hidden-characters.ts'

test.each([
  ['plain text', 'plain text'],
  ['two\nlines', 'two\\u{a}lines'],
  ['colour \u001b[31m', 'colour \\u{1b}[31m'],
  ['turned \u202e round', 'turned \\u{202e} round'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['Grüße, 世界', 'Grüße, 世界'],
])('the foreign text %j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown))

test.each([
  ['j\u0430ne', ' (character 2 is U+0430)'],
  ['\u{1f600}', ' (character 1 is U+1F600)'],
  ['jane', ''],
])('of %s the first character beyond ASCII is named', (text, said) => {
  expect(beyondAscii(text)).toBe(said)
})
