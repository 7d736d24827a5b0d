// What a reader does on a page: marks, continued lines, here documents, files.
import { describe, expect, test } from '@jest/globals'
import { stepsIn } from '../../../build/reader/page-steps.ts'
import type { CommandStep } from '../../../build/reader/page-steps.ts'

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\`\n`

function commandsOf(document: string): readonly CommandStep[] {
  return stepsIn(document).steps.filter(step => step.kind === 'command')
}

const typed = (document: string): readonly string[] => commandsOf(document).map(({ text }) => text)

describe('a sh block', () => {
  test('each line of a sh block is a command, without comments and empty lines', () =>
    expect(typed(fence('sh', '# set up\na\n\n  # more\nb # and why'))).toEqual([
      'a',
      'b # and why',
    ]))

  test('a line of a sh block that ends with a backslash continues in the next line', () =>
    expect(typed(fence('sh', 'a \\\n  --flag\nb'))).toEqual(['a \\\n  --flag', 'b']))

  test('a here document in a sh block ends with its word', () =>
    expect(typed(fence('sh', "cat <<'END'\n# text\nEND of text\nEND\nb"))).toEqual([
      "cat <<'END'\n# text\nEND of text\nEND",
      'b',
    ]))

  test('the output of a command in a sh block is not compared', () =>
    expect(commandsOf(fence('sh', 'a'))).toMatchObject([{ printed: null, exitCode: 0 }]))
})

describe('a console block', () => {
  test('the lines after a command of a console block are its output', () =>
    expect(commandsOf(fence('console', '$ a\none\n\ntwo\n$ b'))).toMatchObject([
      { text: 'a', printed: 'one\n\ntwo\n' },
      { text: 'b', printed: '' },
    ]))

  test('a here document in a console block loses the prompts of its lines', () =>
    expect(commandsOf(fence('console', '$ cat <<END\n> text\n> END\ntext'))).toMatchObject([
      { text: 'cat <<END\ntext\nEND', printed: 'text\n' },
    ]))

  test('a command of a console block has the number of its line in the page', () =>
    expect(commandsOf(`# Title\n\n${fence('console', '$ a\none\n$ b')}`)).toMatchObject([
      { line: 4 },
      { line: 6 },
    ]))
})

describe('a mark', () => {
  test('an exit code belongs to the next block only', () => {
    const document = `<!-- exit code 2 -->\n\n${fence('console', '$ a')}${fence('console', '$ b')}`
    expect(commandsOf(document)).toMatchObject([{ exitCode: 2 }, { exitCode: 0 }])
  })

  test('a second terminal belongs to the next block only', () => {
    const document = `<!-- second terminal -->\n\n${fence('sh', 'a')}${fence('sh', 'b')}`
    expect(commandsOf(document)).toMatchObject([
      { isSecondTerminal: true },
      { isSecondTerminal: false },
    ])
  })

  test('a block that is not run is left out with its reason', () => {
    const document = `<!-- not run: needs a pod -->\n${fence('sh', 'a\nb')}${fence('sh', 'c')}`
    expect(stepsIn(document).steps).toMatchObject([
      { kind: 'left out', reason: 'needs a pod', text: 'a\nb\n' },
      { kind: 'command', text: 'c' },
    ])
  })

  test('a deed may have several lines', () =>
    expect(stepsIn('<!-- deed: a.json exists:\n{} -->\n').steps).toMatchObject([
      { kind: 'deed', text: 'a.json exists:\n{}' },
    ]))

  test('a page begins in an empty folder unless it names another place', () => {
    expect(stepsIn('text').place).toBe('folder')
    expect(stepsIn('<!-- reader: issued -->\n\ntext').place).toBe('issued')
  })

  test('a place that does not exist is an error', () =>
    expect(() => stepsIn('<!-- reader: moon -->')).toThrow('there is no place "moon"'))
})

describe('a file', () => {
  test('a YAML block that begins with a path is written there as it is shown', () =>
    expect(stepsIn(fence('yaml', '# requests/people/jane.yaml\nkind: X')).steps).toMatchObject([
      {
        kind: 'file',
        path: 'requests/people/jane.yaml',
        text: '# requests/people/jane.yaml\nkind: X\n',
      },
    ]))

  test.each([
    ['a block without a path', fence('yaml', 'kind: X')],
    ['a block with a comment that is no path', fence('yaml', '# a part of countersign.yaml\nx: 1')],
    ['a block that is not run', `<!-- not run: a part -->\n${fence('yaml', '# a.yaml\nx: 1')}`],
    ['a block of another language', fence('json', '{}')],
  ])('%s writes nothing', (_, document) => expect(stepsIn(document).steps).toEqual([]))
})
