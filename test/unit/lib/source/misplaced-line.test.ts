// Lines of YAML at a wrong column: the problem is at that line, with the text as it should be.
import { expect, test } from '@jest/globals'
import { sourceText } from '../../../../src/lib/source/text-position.ts'
import { readYaml } from '../../../../src/lib/source/read-yaml.ts'

const TOP = 'kind: A\nspec:\n'
const said = (text: string): readonly string[] => {
  const read = readYaml(sourceText('a.yaml', TOP + text))
  return read.ok
    ? []
    : read.problems.map(({ at, message, hint }) => `${at?.line}:${at?.column} ${message}; ${hint}`)
}
const misfit = (place: string, now: number, hint: string): string =>
  `${place} this line is indented by ${now}, which does not fit the lines above; indent it by ${hint}`

test.each([
  ['an item left of its key', '  a:\n    b:\n- x\n- y\n', misfit('5:1', 0, '4: "    - x"')],
  ['an item below the wrong key', '  a:\n    b:\n  - x\n', misfit('5:3', 2, '4: "    - x"')],
  ['a second item too far left', '  b:\n    - x\n  - y\n', misfit('5:3', 2, '4: "    - y"')],
  ['a second item too far right', '  b:\n  - x\n    - y\n', misfit('5:5', 4, '2: "  - y"')],
  [
    'a field of an item at a column of its own',
    '  b:\n  - x: 1\n     y: 2\n',
    misfit('5:6', 5, '4: "    y: 2"'),
  ],
  [
    'a field of an item too far right',
    '  b:\n  - x: z\n      y: 2\n',
    misfit('5:7', 6, '4: "    y: 2"'),
  ],
  [
    'a field between two columns',
    '  a:\n    b: [x]\n   c: 1\n',
    misfit('5:4', 3, '2: "  c: 1", or by 4: "    c: 1"'),
  ],
  ['a field with what is below it', '  a: z\n    b:\n    - x\n', misfit('4:5', 4, '2: "  b:"')],
  [
    'an item without a space',
    '  b:\n  -x\n  -y\n',
    '4:3 a list item begins with "-" and a space; write "- x"',
  ],
  [
    'a list in the line of its key',
    '  b: - x\n',
    '3:6 a list begins on the line below its key; null',
  ],
])('%s is one problem, with the line as it should be', (_, text, problem) => {
  expect(said(text)).toEqual([problem])
})

test('two faults of columns, and a text that needs quotes, keep the words of the parser', () => {
  expect(said('  a: z\n     b: 1\n  c: z\n     d: 1\n')).toHaveLength(1)
  expect(said('  a: b: c\n')).toEqual([
    '3:6 a mapping cannot begin inside a value; quote text that holds ": ", or move it to a new line',
  ])
})

test('a text in several lines without dashes is read as before', () => {
  expect(said('  a: x\n    y - z\n    -z\n')).toEqual([])
})
