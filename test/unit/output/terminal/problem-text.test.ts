import { describe, expect, test } from '@jest/globals'
import type { Problem } from '../../../../src/domain/problem.ts'
import { coloured, plain } from '../../../../src/output/terminal/terminal-colours.ts'
import {
  checkedText,
  problemLine,
  problemCountText,
  problemText,
  problemsText,
} from '../../../../src/output/terminal/problem-text.ts'

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

test('on one line a problem has its place, its message and its hint, or where commands of several lines are', () => {
  const line =
    'REQUEST_USAGE_UNKNOWN: requests/people/jane.yaml:9 "serverauth" is not a Kubernetes key usage'
  expect(problemLine(PROBLEM)).toBe(`${line}; did you mean "server auth"?`)
  expect(problemLine({ ...PROBLEM, hint: null })).toBe(line)
  expect(problemLine({ ...PROBLEM, hint: 'as an administrator:\nkubectl apply' })).toBe(
    `${line}; countersign plan prints the commands`,
  )
  expect(problemLine(PROBLEM, true)).toBe('REQUEST_USAGE_UNKNOWN: did you mean "server auth"?')
})

test('problems of 25 CertificateSigningRequests that differ by the name only are one', () => {
  const names = Array.from({ length: 25 }, (_, index) => `cs-jane-1f3c9a${index + 10}-1`)
  const problems = names.map((name): Problem => ({
    code: 'CLUSTER_ORPHAN',
    at: null,
    message: `${name} is approved and not signed yet, and no record lists it`,
    hint: `kubectl delete csr ${name} keeps it from being signed`,
  })) // prettier-ignore
  const text = problemsText([...problems, { ...PROBLEM, at: null, hint: null }], plain)
  const [head, ...lines] = text.split('\n')
  expect(head).toBe('NAME is each of 25 requests:')
  expect(
    lines
      .slice(0, -3)
      .join(' ')
      .match(/cs-[\w-]+/g),
  ).toEqual(names)
  expect(lines.slice(-3)).toEqual([
    'error: CLUSTER_ORPHAN  NAME is approved and not signed yet, and no record lists it',
    '  = kubectl delete csr NAME keeps it from being signed',
    'error: REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
  ])
})

test('the same fault in the same line of many files is one problem with the names of the files', () => {
  const files = Array.from({ length: 25 }, (_, index) => `requests/u${index + 10}.yaml`)
  const problems = files.map((file): Problem => ({
    ...PROBLEM,
    at: { file, line: 9, column: 10, length: 1, excerpt: 'usages: [x]' },
    hint: `countersign policy draft ${file}`,
  }))
  const lines = problemsText(problems, plain).split('\n')
  expect(problemsText(problems, coloured).split('\n')).toEqual(lines)
  const twice = [...problems, ...problems]
  expect(problemsText(twice, plain).split('\n')).toEqual(lines)
  expect(lines[0]).toBe('NAME is each of 25 files:')
  expect(
    lines
      .filter(line => line.includes('yaml'))
      .join()
      .match(/u\d\d/g),
  ).toHaveLength(25)
  expect(lines.slice(-4)).toEqual([
    'NAME:9:10  error: REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
    '   9 │ usages: [x]',
    '     │          ^',
    '     = countersign policy draft NAME',
  ])
})

test.each([
  [25, 'NAME is each of 25 requests:', 'cs-jane-10-1 is signed, and no record lists it'],
  [2, '', 'NAME is signed, and no record lists it'],
])(
  'of %i signed CertificateSigningRequests without a record, more than 20 are one',
  (length, head, other) => {
    const problems = Array.from({ length }, (_, index): Problem => ({
      code: 'CLUSTER_ORPHAN',
      at: null,
      message: `cs-jane-${index + 10}-1 is signed (SHA-256 ${'ab'.repeat(30)}${index + 1000}, until 2026-12-01T00:00:00.000Z), and no record lists it`,
      hint: 'no record says where its key is',
    }))
    const text = problemsText(problems, plain, 'warning')
    expect(text.startsWith(head)).toBe(true)
    expect(text).not.toContain(other)
    expect(text.match(/is signed/g)).toHaveLength(length > 20 ? 1 : length)
    expect(text.includes('SHA-256')).toBe(length <= 20)
  },
)

describe('the text of a problem', () => {
  test('a problem is printed with its place, its line with carets, and its hint', () => {
    expect(problemText(PROBLEM, plain)).toBe(
      [
        'requests/people/jane.yaml:9:12  error: REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
        '   9 │   usages: [serverauth]',
        '     │            ^^^^^^^^^^',
        '     = did you mean "server auth"?',
      ].join('\n'),
    )
  })

  test('a problem without a place is printed without one', () => {
    expect(problemText({ ...PROBLEM, at: null, hint: null }, plain)).toBe(
      'error: REQUEST_USAGE_UNKNOWN  "serverauth" is not a Kubernetes key usage',
    )
  })

  test('a warning says that it is one, and a problem inside a sentence has no severity', () => {
    const bare = { ...PROBLEM, at: null, hint: null, message: 'x' }
    expect(problemText(bare, plain, 'warning')).toBe('warning: REQUEST_USAGE_UNKNOWN  x')
    expect(problemText(bare, plain, null)).toBe('REQUEST_USAGE_UNKNOWN  x')
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
  [[PROBLEM], 14, [], '1 problem in 1 of 14 files'],
  [[PROBLEM, PROBLEM], 1, [PROBLEM], '2 problems in 1 of 1 file, 1 warning'],
  [[{ ...PROBLEM, at: null }], 0, [PROBLEM, PROBLEM], '1 problem, 2 warnings'],
])('problems, files and warnings are counted (case %#)', (problems, files, warnings, words) =>
  expect(problemCountText(problems, files, warnings)).toBe(words),
)

test.each([
  [
    { requests: 2, policies: 4, configurations: 1 },
    [],
    'OK: 2 requests, 4 policies, 1 configuration',
  ],
  [
    { requests: 1, policies: 1, configurations: 1 },
    [PROBLEM],
    'OK: 1 request, 1 policy, 1 configuration, 1 warning',
  ],
  [
    { requests: 1, policies: 0, configurations: 0 },
    [],
    'OK: 1 request; no configuration was found, so no policy was applied',
  ],
  [
    { requests: 0, policies: 1, configurations: 1, inventories: 2 },
    [],
    'OK: 0 requests, 1 policy, 1 configuration, 2 files of the inventory of nodes',
  ],
])('a validation without problems says what it checked (case %#)', (checked, warnings, words) =>
  expect(checkedText({ inventories: 0, ...checked }, warnings)).toBe(words),
)
