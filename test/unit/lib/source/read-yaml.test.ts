import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { sourceText } from '../../../../src/lib/source/text-position.ts'
import { keyPlace, placesBelow, valuePlace } from '../../../../src/lib/source/located-values.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'
import { codesOf, valueOf } from '../../../build/request.ts'
import { extent, runs } from '../../../build/extent.ts'

const read = (text: string) => readYaml(sourceText('a.yaml', text))
const value = (text: string) => valueOf(read(text)).root.value

/** No reading takes this long on any machine: a limit for one that never ends, not a measure. */
const HANGING_MS = 30_000

/** Processor time, so that other work of the machine does not count. */
function millisecondsOf(act: () => void): number {
  const started = process.cpuUsage()
  act()
  return process.cpuUsage(started).user / 1000
}

describe('the YAML reader', () => {
  test.each([
    [
      'core scalars',
      'a: 1\nb: true\nc: no\nd: ~\ne: 2027-06-30\nf: 0x1f\ng: "x"\n',
      { a: 1, b: true, c: 'no', d: null, e: '2027-06-30', f: 31, g: 'x' },
    ],
    ['lists and mappings', 'a: [1, {b: c}]\nd:\n- e\n', { a: [1, { b: 'c' }], d: ['e'] }],
    ['blocks of text', 'a: |\n  x\r\n  y\n', { a: 'x\ny\n' }],
    ['keys as text', '1: a\ntrue: b\n', { '1': 'a', true: 'b' }],
    [
      'JSON with tabs',
      '{\n\t"a": ["b",\n\t\t1.5],\n\t"c": "\\u00e9\\/"\n}',
      { a: ['b', 1.5], c: 'é/' },
    ],
    ['empty values as null', 'a:\nb: [ ]\n', { a: null, b: [] }],
    ['an end that only begins a document', 'a: 1\n---\n', { a: 1 }],
    ['a dollar or brace in a text', 'a: ${NAME}\nb: "{{ x }}"\n', { a: '${NAME}', b: '{{ x }}' }],
    ['names of Object', 'constructor: 1\ntoString: 2\n', { constructor: 1, toString: 2 }],
  ])('the YAML reader accepts %s', (_, text, expected) => expect(value(text)).toEqual(expected))

  test.each([
    ['an empty file', '', ['1:1']],
    ['only comments', '# a\n', ['1:1']],
    ['two documents', 'a: 1\n---\nb: 2\n', ['2:1']],
    ['an empty document between two others', 'a: 1\n---\n---\nb: 2\n', ['2:1']],
    ['anchors and aliases', 'a: &x 1\nb: *x\n', ['1:4', '2:4']],
    ['tags', 'a: !!str 1\nb: !x y\nc: ! z\n', ['1:4', '2:4', '3:4']],
    ['directives', '%YAML 1.1\n---\na: yes\n', ['1:1']],
    ['merge keys', '<<: {a: 1}\n', ['1:1']],
    ['duplicate keys', 'a: 1\n"a": 2\nb: {c: 1, c: 2}\n', ['2:1', '3:11']],
    ['keys that are lists', '? [a]\n: b\n', ['1:3']],
    ['__proto__', '__proto__: {a: 1}\n', ['1:1']],
    ['tabs as indentation', 'a:\n\tb: 1\n', ['2:1']],
    ['brackets without an end', 'a: [1,\n', ['1:6']],
    ['hidden letters in escapes', 'a: "\\u202e"\n"b\\u200b": 1\n', ['1:4', '2:1']],
    ['half a surrogate pair', 'a: "\\ud800"\n', ['1:4']],
    ['unknown escapes', 'a: "\\q"\n', ['1:5']],
    ['a quote without an end, which hides all that follows', 'a: {b: ["c]}\nd: 1\nd: 2\n', ['3:4']],
  ])('the YAML reader refuses %s', (_, text, places) => {
    expect(codesOf(read(text))).toEqual(places.map(place => `FILE_YAML ${place}`))
  })

  test.each([
    ['lists', '['.repeat(60_000)],
    ['mappings', '{a: '.repeat(16_000)],
    ['dashes in a line', '- '.repeat(30_000)],
    ['question marks', '? '.repeat(30_000)],
    ['colons', ': '.repeat(30_000)],
    ['tags', '!a '.repeat(20_000)],
    ['verbatim tags', '!<x>'.repeat(16_000)],
    ['anchors', '&a '.repeat(20_000)],
    ['lines', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    [
      'dashes by lines',
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}-\n`).join(''),
    ],
  ])('the YAML reader refuses deeply nested %s in a short time', (_, text) => {
    expect(millisecondsOf(() => expect(read(text).ok).toBe(false))).toBeLessThan(HANGING_MS)
  })

  test('the time for the largest file grows no faster than the square of its size', () => {
    const wide = (part: number): number =>
      millisecondsOf(() => {
        read(Array.from({ length: 9_000 / part }, (_, at) => `k${at}:\n`).join(''))
        read(`[${'1,'.repeat(30_000 / part)}1]`)
      })
    const whole = extent(1, 2)
    wide(4 * whole)
    // Four times as large: sixteen times as long, and room for other work of the machine.
    expect(wide(whole) / wide(4 * whole)).toBeLessThan(48)
  })

  test('the YAML reader never throws, and its problems point inside the file', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '|',
      '>',
      '&a',
      '*a',
      '!t',
      '%Y',
      '#',
      '? ',
      '---',
      '...',
      '\t',
      '<<',
      '\\',
      '1',
      '~',
      '😀',
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(piece, { maxLength: 60 })), pieces => {
        const text = typeof pieces === 'string' ? pieces : pieces.join('')
        const result = read(text)
        const lines = text.split('\n')
        for (const { at } of result.ok ? [] : result.problems) {
          const line = lines[(at?.line ?? 0) - 1]
          expect(line).toBeDefined()
          expect(at?.column).toBeGreaterThan(0)
          expect(at?.column).toBeLessThanOrEqual(Array.from(line ?? '').length + 1)
        }
      }),
      { numRuns: runs(2000) },
    )
  })
})

test.each([
  ['Helm', 'a: 1\nb: {{ .Values.b }}\n', 2],
  ['Helm, in a line of its own', '{{- if .Values.a }}\na: 1\nb: 2\n', 1],
  ['a shell', 'a: {b: ${NAME}}\nc:\n  d: 1\n', 1],
])('a placeholder of %s without quotes is one problem, with the line', (_, text, line) => {
  const result = read(text)
  expect(result.ok ? [] : result.problems).toMatchObject([
    {
      code: 'FILE_YAML',
      at: { line },
      message: 'this looks like a placeholder of a template, which is not YAML',
      hint: 'put it in quotes, or render the template first',
    },
  ])
})

test('a fault in another line than that of a placeholder is reported as itself', () =>
  expect(read('a: "{{ x }}"\nb: [1,\n')).toMatchObject({
    problems: [{ message: '] is missing, or the text before it is not indented' }],
  }))

describe('the places of YAML values', () => {
  const TEXT = 'a: x # y\nb:\n  c: [1, two]\n  d:\n  - e: 1\n    f: |\n      text\ng:\n'
  const tree = valueOf(read(TEXT))

  test.each([
    [['a'], '1:4+1', '1:1+1'],
    [['b'], '2:1+1', '2:1+1'],
    [['b', 'c'], '3:6+8', '3:3+1'],
    [['b', 'c', 1], '3:10+3', '3:10+3'],
    [['b', 'd', 0], '5:5+4', '5:5+4'],
    [['b', 'd', 0, 'f'], '6:5+1', '6:5+1'],
    [['g'], '8:1+1', '8:1+1'],
    [['b', 'missing', 'deeper'], '2:1+1', '2:1+1'],
    [[], '1:1+8', '1:1+8'],
  ])('the place of %j is %s for the value and %s for the key', (path, ofValue, ofKey) => {
    const say = ({ line, column, length }: { line: number; column: number; length: number }) =>
      `${line}:${column}+${length}`
    expect(say(valuePlace(tree, path))).toBe(ofValue)
    expect(say(keyPlace(tree, path))).toBe(ofKey)
  })

  test('places are listed by dotted path', () => {
    expect([...placesBelow(tree, ['b']).keys()]).toEqual([
      '',
      'c',
      'c[0]',
      'c[1]',
      'd',
      'd[0]',
      'd[0].e',
      'd[0].f',
    ])
  })
})
