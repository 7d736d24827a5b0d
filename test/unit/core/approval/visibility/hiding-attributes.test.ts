import { describe, expect, test } from '@jest/globals'
import { hidingAttributes } from '../../../../../src/core/approval/visibility/hiding-attributes.ts'

const JANE = 'requests/people/jane.yaml'

/** Attributes that hide one path: the file at the top, and others by their path. */
function hiding(text: string, others: Readonly<Record<string, string>> = {}, path = JANE) {
  const files = Object.entries({ '.gitattributes': text, ...others })
  return hidingAttributes(
    files.map(([file, content]) => ({ path: file, text: content })),
    [path],
  )
}

describe('an attribute', () => {
  test.each([
    'linguist-generated',
    'linguist-generated=true',
    'linguist-generated=1',
    'linguist-generated=',
    '-diff',
    '-diff=x',
    'diff=false',
    'binary',
    'text binary',
    'working-tree-encoding=UTF-16',
    'working-tree-encoding',
  ])('%s hides a request', said => {
    const problems = hiding(`*.yaml ${said}`)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ code: 'APPROVAL_HIDDEN', at: { file: '.gitattributes' } })
    expect(problems[0]?.message).toContain(`hides "${JANE}" from reviewers`)
  })

  test.each([
    'linguist-generated=false',
    '-linguist-generated',
    '!linguist-generated',
    'linguist-vendored',
    'linguist-documentation=true',
    'linguist-language=YAML',
    'diff',
    '!diff',
    'diff=yaml',
    '-binary',
    '!binary',
    'binary=true',
    '-text -merge',
    'text=auto eol=lf',
    'working-tree-encoding=UTF-8',
    '-working-tree-encoding',
    '',
  ])('%s hides nothing', said => expect(hiding(`*.yaml ${said}`)).toEqual([]))

  test('the problem points at the attribute and says what to do', () => {
    expect(hiding('# generated files\n*.yaml text -diff eol=lf')[0]).toEqual({
      code: 'APPROVAL_HIDDEN',
      at: {
        file: '.gitattributes',
        line: 2,
        column: 13,
        length: 5,
        excerpt: '*.yaml text -diff eol=lf',
      },
      message: `"-diff" hides "${JANE}" from reviewers: GitHub shows no diff of binary files`,
      hint: 'take it out, or set diff for these files below it',
    })
  })

  test('an attribute that hides several files is one problem', () => {
    const files = [{ path: '.gitattributes', text: '* -diff linguist-generated' }]
    const problems = hidingAttributes(files, [
      'requests/a.yaml',
      'requests/b.yaml',
      'requests/c.yaml',
    ])
    expect(problems.map(({ message }) => message.split(':')[0])).toEqual([
      '"linguist-generated" hides "requests/a.yaml" and 2 more from reviewers',
      '"-diff" hides "requests/a.yaml" and 2 more from reviewers',
    ])
  })
})

describe('a pattern in .gitattributes', () => {
  test.each([
    '*',
    '**',
    '/**',
    'jane.yaml',
    '*.yaml',
    'jane.????',
    'requests/**',
    '/requests/**',
    'requests/*/jane.yaml',
    'requests/people/*',
    '**/jane.yaml',
    '**/people/*',
    'requests/**/jane.yaml',
    '"*.yaml"',
    '"\\152ane.yaml"',
  ])('%s hides the paths that it matches', pattern =>
    expect(hiding(`${pattern} -diff`)[0]?.message).toContain(' hides '),
  )

  test.each([
    'requests',
    'requests/',
    'requests/*',
    '/jane.yaml',
    '/*.yaml',
    'people/*',
    'people/jane.yaml',
    '*.yml',
    'JANE.yaml',
    'requests//people/*',
    '[o]bj/*',
    '*.[oa]',
    '\\*.yaml',
    '"requests"',
    '# *',
  ])('%s hides no path that it does not match', pattern =>
    expect(hiding(`${pattern} -diff`)).toEqual([]),
  )

  test.each([
    ['a set', '*.[xy]aml'],
    ['a nested set', '[[:alpha:]]*'],
    ['a set without an end', '[jane.yaml'],
    ['an escape', '\\jane.yaml'],
    ['an escaped slash', 'requests\\/people\\/jane.yaml'],
    ['an exception', '!*.md'],
    ['stars inside a name', 'requests/**jane.yaml'],
    ['a quote without an end', '"*.md'],
    ['an unknown escape', '"\\q"'],
    ['an invisible character', 'jane.yaml \u200B'],
  ])('a pattern with %s is refused, since it may hide a path', (_, pattern) => {
    const problems = hiding(`${pattern} -diff`)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(`may hide "${JANE}"`)
  })
})

describe('several lines of .gitattributes', () => {
  test.each([
    ['the later line decides', '* -diff\n*.yaml diff', 0],
    ['the earlier line does not decide', '*.yaml diff\n* -diff', 1],
    [
      'a later line may make the diff visible again',
      '* linguist-generated\n*.yaml !linguist-generated',
      0,
    ],
    ['the later attribute of one line decides', '* -diff diff', 0],
    ['the earlier attribute of one line does not decide', '* diff -diff', 1],
    ['another attribute undoes nothing', '* -diff\n* text', 1],
    ['a line that does not match undoes nothing', '* -diff\n*.yml diff', 1],
    ['a line that may not match undoes nothing', '* -diff\n[j]ane.yaml diff', 1],
    ['a line with an invalid name may not count', '* -diff\n* diff @x', 1],
    ['a line that git skips may not count', `* -diff\n* diff ${'x'.repeat(2048)}`, 1],
    ['a line with a byte order mark may not count', '\uFEFF* diff\n*.md text', 0],
  ])('%s', (_, text, count) => expect(hiding(text)).toHaveLength(count))

  test.each([
    ['a deeper file decides', '* -diff', { 'requests/.gitattributes': '* diff' }, 0],
    ['a file above does not decide', '* diff', { 'requests/.gitattributes': '* -diff' }, 1],
    [
      'the deepest file decides',
      '* diff',
      { 'requests/.gitattributes': '* -diff', 'requests/people/.gitattributes': '* diff' },
      0,
    ],
    ['a file elsewhere does not count', '', { 'docs/.gitattributes': '* -diff' }, 0],
    [
      'a deeper file applies to its own folder',
      '',
      { 'requests/.gitattributes': '/people/* -diff' },
      1,
    ],
    [
      'a deeper file does not apply to the top',
      '',
      { 'requests/.gitattributes': '/requests/** -diff' },
      0,
    ],
  ])('%s', (_, text, others, count) => expect(hiding(text, others)).toHaveLength(count))
})

describe('a macro', () => {
  test.each([
    ['is followed', '[attr]quiet -diff\n* quiet', 1],
    ['is followed through another', '[attr]quiet binary\n[attr]calm quiet\n* calm', 1],
    ['counts wherever it is defined', '* quiet\n[attr]quiet -diff', 1],
    ['hides by the later of two', '[attr]quiet diff -diff\n* quiet', 1],
    ['shows by the later of two', '[attr]open -diff diff\n* open', 0],
    ['hides nothing where it is not used', '[attr]quiet -diff\n* text', 0],
    ['is undone by a later line', '* binary\n* -binary', 0],
    ['is undone in what it sets', '* binary\n* diff', 0],
    ['does not undo what a later line sets', '* binary\n* text', 1],
    ['ends where it sets itself', '[attr]quiet quiet -diff\n* quiet', 1],
    ['ends where it sets another that sets it', '[attr]a b\n[attr]b a -diff\n* a', 1],
    ['may still hide after it is redefined', '[attr]binary text\n* binary', 1],
    [
      'undoes nothing where it may be undone itself',
      '[attr]open diff\n* -diff\n* open\n[j]ane.yaml -open',
      1,
    ],
  ])('a macro %s', (_, text, count) => expect(hiding(text)).toHaveLength(count))

  test('a macro of a deeper file may count, though git skips it', () => {
    const problems = hiding('* quiet', { 'requests/.gitattributes': '[attr]quiet -diff' })
    expect(problems[0]?.message).toContain('"quiet" may hide')
  })

  test('no macro makes reading slow', () => {
    const names = Array.from({ length: 60 }, (_, index) => `m${index}`)
    const text = names.map(name => `[attr]${name} ${names.join(' ')}`).join('\n')
    expect(hiding(`${text}\n[j]* m0 -diff`)).toHaveLength(1)
  })
})

describe('an attributes file', () => {
  const large = '# comment\n'.repeat(30_000)

  test('a file that is too large is refused', () => expect(hiding(large)).toHaveLength(1))

  test('a too large file in another folder is not read', () =>
    expect(hiding('', { 'docs/.gitattributes': large })).toEqual([]))

  test('a file hides nothing where there are no requests', () =>
    expect(hidingAttributes([{ path: '.gitattributes', text: '* -diff' }], [])).toEqual([]))
})
