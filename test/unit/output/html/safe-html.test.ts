import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { escapeHtml, markup, ownCode } from '../../../../src/output/html/safe-html.ts'
import { hostileText } from '../../../build/hostile-text.ts'

describe('HTML', () => {
  test('no text can end an attribute or begin an element, whatever it holds', () => {
    fc.assert(
      fc.property(hostileText(), text => {
        const { groups } = /^<p title="(?<title>.*)">(?<body>.*)<\/p>$/s.exec(markup`<p title="${text}">${text}</p>`.toString()) ?? {} // prettier-ignore
        expect(groups?.['title']).toBe(groups?.['body'])
        expect(groups?.['body']).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      }),
    )
  })

  test('invisible characters are spelled out, and a text of more than 1,000 characters is cut', () => {
    expect(markup`${'a\u202eb\n'}`.toString()).toBe('a\\u{202e}b\\u{a}')
    expect(markup`${'x'.repeat(1100)}`.toString()).toBe(`${'x'.repeat(1000)}… 100 more characters`)
  })

  test('HTML and lists of it are inserted unchanged, numbers as they are', () => {
    const item = markup`<li>${1}</li>`
    expect(markup`<ul>${[item, item]}</ul>${item}`.toString()).toBe(
      '<ul><li>1</li><li>1</li></ul><li>1</li>',
    )
  })

  test('an ampersand is escaped once', () => expect(escapeHtml('&lt;')).toBe('&amp;lt;'))

  test('own code is inserted in its element', () =>
    expect(ownCode('style', 'a { b: c }').toString()).toBe('<style>a { b: c }</style>'))
})
