// Escaping is judged by what a renderer makes of it, never by how it is written.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  code,
  codeElement,
  fenced,
  folded,
  joinMarkdown,
  listMarkdown,
  mark,
  prose,
  tableHead,
  tableRow,
} from '../../../../src/output/comment/safe-markdown.ts'
import type { Markdown } from '../../../../src/output/comment/safe-markdown.ts'
import { displayed } from '../../../../src/output/terminal/displayable-text.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { rendered } from '../../../build/rendered.ts'
import { runs } from '../../../build/extent.ts'

const MOST = 300
const RUNS = { numRuns: runs(200) }

/** Direction marks that escaping itself adds around a name. */
const withoutIsolates = (text: string): string => text.replaceAll(/[\u2066\u2069]/g, '')

const seen = (text: string, whole = displayed(text, MOST)): string =>
  whole === '' ? '(empty)' : whole

describe('text from elsewhere in Markdown', () => {
  const page = ({ markdown }: Markdown) => rendered(markdown)

  const places: readonly (readonly [
    string,
    (told: Markdown) => Markdown,
    string,
    string,
    string,
  ])[] = [
    ['alone', told => told, '', '', 'p'],
    ['after a word', told => mark`to ${told} now`, 'to ', ' now', 'p'],
    ['in bold', told => mark`**${told}**`, '', '', 'strong'],
    ['in a list', told => mark`- ${told}`, '\n', '\n', 'li'],
    ['in a heading', told => mark`### ${told}`, '', '', 'h3'],
    ['in sub', told => mark`<sub>${told} · x</sub>`, '', ' · x', 'sub'],
  ]

  test.each(places)('a code span shows hostile text as it is: %s', (_, put, before, after, tag) => {
    fc.assert(
      fc.property(hostileText(), text => {
        const { text: told, tags, linked, unbalanced, comments } = page(put(code(text, MOST)))
        expect(withoutIsolates(told)).toBe(`${before}${seen(text)}${after}`)
        expect(tags).toContain(tag)
        expect(
          tags.filter(name => !['p', 'ul', 'li', 'h3', 'strong', 'sub'].includes(name)),
        ).toEqual(displayed(text, MOST) === '' ? [] : ['code'])
        expect([linked, unbalanced, comments]).toEqual([[], [], []])
      }),
      RUNS,
    )
  })

  test.each(places)('a sentence shows hostile text as it is: %s', (_, put, before, after) => {
    fc.assert(
      fc.property(hostileText(), text => {
        const { text: told, tags, linked, unbalanced, comments } = page(put(prose(text, MOST)))
        const is = withoutIsolates(told)
        expect(is.trim()).toBe(`${before}${seen(text)}${after}`.trim())
        expect(
          tags.filter(name => !['p', 'ul', 'li', 'h3', 'strong', 'sub', 'code'].includes(name)),
        ).toEqual([])
        expect([linked, unbalanced, comments]).toEqual([[], [], []])
      }),
      RUNS,
    )
  })

  test('hostile text stays in its table cell', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), (name, sentence) => {
        const table = [
          tableHead(['a', 'b']),
          tableRow([code(name, MOST), mark`x ${prose(sentence, MOST)}`]),
          tableRow([mark`last`, mark`row`]),
        ]
        const { rows, linked, unbalanced } = page(joinMarkdown(table, '\n'))
        expect(rows.map(row => row.map(withoutIsolates))).toEqual([
          ['a', 'b'],
          [seen(name), `x ${seen(sentence)}`],
          ['last', 'row'],
        ])
        expect([linked, unbalanced]).toEqual([[], []])
      }),
      RUNS,
    )
  })

  test('hostile text in a summary neither opens nor closes an element', () => {
    fc.assert(
      fc.property(hostileText(), text => {
        const block = folded(codeElement(text, MOST), mark`inside`)
        const { text: told, tags, linked, unbalanced } = page(mark`${block}\n\nafter`)
        expect(withoutIsolates(told).trim().split(/\n+/)).toEqual(
          [displayed(text, MOST), 'inside', 'after'].filter(line => line !== ''),
        )
        expect(tags).toEqual(['details', 'summary', 'code', 'p', 'p'])
        expect([linked, unbalanced]).toEqual([[], []])
      }),
      RUNS,
    )
  })

  test('hostile text never ends a code fence', () => {
    fc.assert(
      fc.property(fc.array(hostileText(), { minLength: 1, maxLength: 4 }), lines => {
        const block = fenced(`first\n${lines.join('\n')}\nlast`)
        const { tags, linked, unbalanced } = page(mark`${block}\n\nafter`)
        expect(tags).toEqual(['pre', 'code', 'p'])
        expect([linked, unbalanced]).toEqual([[], []])
      }),
      RUNS,
    )
  })
})

describe('readable Markdown', () => {
  test.each([
    ['a plain sentence', 'nobody can be given it here', 'nobody can be given it here'],
    [
      'a path',
      'see requests/people/jane.yaml:7:20, below',
      'see `requests/people/jane.yaml:7:20`, below',
    ],
    [
      'a quoted name',
      'the group "system:masters" is reserved',
      'the group "`system:masters`" is reserved',
    ],
    ['a login', 'ask @acme/platform or @owner', 'ask `@acme/platform` or `@owner`'],
    ['a reference', 'as in #12 and GH-7', 'as in `#12` and `GH-7`'],
    ['a commit', 'for an older version (3f2c1ab)', 'for an older version (`3f2c1ab`)'],
    ['words with markup', 'a <b>x</b> `c` end', 'a `` <b>x</b> `c` `` end'],
    ['a number', 'needs 2 approvals, within 30s', 'needs 2 approvals, within 30s'],
    [
      'a command',
      "one of these: countersign csr approve cs-jane-1 --cluster prod, or kubectl. For all: kubectl get csr -o jsonpath='{.items}'; then look",
      "one of these: `countersign csr approve cs-jane-1 --cluster prod`, or kubectl. For all: `kubectl get csr -o jsonpath='{.items}'`; then look",
    ],
    [
      'a command on a line of its own',
      'countersign bootstrap --cluster prod --kubeconfig ADMIN',
      '`countersign bootstrap --cluster prod --kubeconfig ADMIN`',
    ],
    [
      'what countersign does',
      'remove it: countersign makes a new one with metadata',
      'remove it: countersign makes a new one with metadata',
    ],
    ['a number that would begin a list', '1. first', '`1`. first'],
    ['a number that would begin a list with the text after it', '1', '`1`'],
  ])('%s is shown in Markdown', (_, text, markdown) => expect(prose(text).markdown).toBe(markdown))

  test.each([
    ['a line end', 'a\nb', 'a\\u{a}b'],
    ['a direction override', 'a\u202eb', 'a\\u{202e}b'],
    ['a zero-width joiner', 'a\u200db', 'a\\u{200d}b'],
    ['two spaces', 'a  b', 'a \\u{20}b'],
    ['spaces at the ends', ' a ', '\\u{20}a\\u{20}'],
    ['a no-break space', 'a\u00a0b', 'a\\u{a0}b'],
    ['a blank that is not a space', 'a\u2800b', 'a\\u{2800}b'],
    ['many combining marks', `a${'\u0301'.repeat(6)}`, `a${'\u0301'.repeat(4)}\\u{301}\\u{301}`],
    ['half a surrogate pair', 'a\ud800', 'a\\u{d800}'],
  ])('%s is shown as an escape', (_, text, told) => expect(displayed(text, 100)).toBe(told))

  test('a long text is cut, with the number of missing characters', () => {
    expect(displayed('x'.repeat(10_000), 10)).toBe('xxxxxxxxxx… 9990 more characters')
    expect(displayed('\u202e'.repeat(20), 20)).toBe('\\u{202e}\\u{202e}… 18 more characters')
  })

  test('a name from right to left does not move the words around it', () =>
    expect(mark`to ${'\u05d0\u05d1'} 2 times`.markdown).toBe(
      'to \u2066`\u05d0\u05d1`\u2069 2 times',
    ))

  test('a list has commas and one last word', () => {
    expect(listMarkdown([mark`a`]).markdown).toBe('a')
    expect(listMarkdown([mark`a`, mark`b`, mark`c`], 'or').markdown).toBe('a, b or c')
    expect(listMarkdown([]).markdown).toBe('')
  })
})
