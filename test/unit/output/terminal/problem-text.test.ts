import { describe, expect, test } from '@jest/globals'
import type { Problem } from '../../../../src/domain/problem.ts'
import { coloured, plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { problemCount, problemText } from '../../../../src/output/terminal/problem-text.ts'

const PROBLEM: Problem = {
  code: 'REQUEST_USAGE_UNKNOWN',
  at: {
    file: 'requests/people/jane.yaml',
    line: 9,
    column: 12,
    length: 10,
    excerpt: '  usages: [serverauth]',
  },
  message: '"serverauth" is not a Kubernetes key usage',
  hint: 'did you mean "server auth"?',
}

describe('the text of a problem', () => {
  test('a problem is printed with its place, its line with carets, and its hint', () => {
    expect(problemText(PROBLEM, plain)).toBe(
      [
        'requests/people/jane.yaml:9:12  REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
        '   9 │   usages: [serverauth]',
        '     │            ^^^^^^^^^^',
        '     = did you mean "server auth"?',
      ].join('\n'),
    )
  })

  test('a problem without a place is printed without one', () => {
    expect(problemText({ ...PROBLEM, at: null, hint: null }, plain)).toBe(
      'REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
    )
  })

  test('the lines of a hint stay together', () => {
    const text = problemText(
      { ...PROBLEM, at: null, hint: 'add this rule:\n- {verbs: [get]}' },
      plain,
    )
    expect(text.split('\n').slice(1)).toEqual(['  = add this rule:', '    - {verbs: [get]}'])
  })

  test('control characters of a message are escaped', () => {
    const text = problemText({ ...PROBLEM, at: null, message: 'a\u001b[2Jb\n::error::c' }, plain)
    expect(text).toContain('a\\u{1b}[2Jb\\u{a}::error::c')
  })

  test('a problem has the same text in colour', () => {
    // eslint-disable-next-line no-control-regex
    expect(problemText(PROBLEM, coloured).replaceAll(/\u001b\[\d+m/g, '')).toBe(
      problemText(PROBLEM, plain),
    )
  })

  test('no carets are printed past the end of a truncated line', () => {
    const at = { file: 'a', line: 1, column: 500, length: 10, excerpt: 'x'.repeat(600) }
    expect(problemText({ ...PROBLEM, at }, plain)).not.toContain('^')
  })
})

test.each([
  [[PROBLEM], 14, '1 problem in 1 of 14 files'],
  [[PROBLEM, PROBLEM], 1, '2 problems in 1 of 1 file'],
  [[{ ...PROBLEM, at: null }], 0, '1 problem'],
])('the count of problems and files is printed (case %#)', (problems, files, words) =>
  expect(problemCount(problems, files)).toBe(words),
)
