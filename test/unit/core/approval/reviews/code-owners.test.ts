import { describe, expect, test } from '@jest/globals'
import {
  CODE_OWNERS_PLACES,
  ownersFaults,
  ownersOf,
  parseCodeOwners,
  readCodeOwners,
} from '../../../../../src/core/approval/reviews/code-owners.ts'
import type { Owner } from '../../../../../src/core/approval/reviews/code-owners.ts'

const FILE = '.github/CODEOWNERS'

function owners(text: string, path: string): readonly Owner[] {
  const read = parseCodeOwners(FILE, text)
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '))
  return ownersOf(read.value, path)
}

/** `login` of users, `org/team` of teams, the address of others. */
function names(text: string, path: string): readonly string[] {
  return owners(text, path).map(owner =>
    owner.kind === 'user' ? owner.login : owner.kind === 'team' ? owner.slug : owner.email,
  )
}

/** `line:column hint` of every problem. */
function faults(text: string): readonly string[] {
  const read = parseCodeOwners(FILE, text)
  if (read.ok) return []
  return read.problems.map(({ code, at }) => {
    expect([code, at?.file]).toEqual(['APPROVAL_CODE_OWNERS', FILE])
    return `${at?.line}:${at?.column}`
  })
}

test('CODEOWNERS is read where GitHub reads it, in the same order', () => {
  expect(CODE_OWNERS_PLACES).toEqual(['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'])
})

describe('a pattern of CODEOWNERS', () => {
  test.each([
    // everything
    ['*', ['a', 'a/b', 'a/b/c.yaml', '.github/x'], []],
    ['**', ['a', 'a/b/c'], []],
    ['/**', ['a', 'a/b/c'], []],
    ['/*', ['a', '.gitattributes'], ['a/b', 'a/b/c']],
    // a name at any depth
    ['*.yaml', ['a.yaml', 'a/b.yaml', 'a/b.yaml/c'], ['a.yml', 'a.YAML', 'a.yaml.bak']],
    ['jane', ['jane', 'a/jane', 'jane/x', 'a/jane/b/c'], ['jane.yaml', 'mary/janet', 'Jane']],
    ['ja?e', ['jane', 'jade/x'], ['jae', 'jaxxe', 'ja/e']],
    // folders
    ['apps/', ['apps/a', 'apps/a/b', 'x/apps/a', 'x/apps/a/b'], ['apps', 'x/apps', 'myapps/a']],
    ['/apps/', ['apps/a', 'apps/a/b'], ['apps', 'x/apps/a']],
    ['/build/logs/', ['build/logs/a', 'build/logs/a/b'], ['build/logs', 'x/build/logs/a']],
    ['build/logs/', ['build/logs/a'], ['x/build/logs/a']],
    ['/apps', ['apps', 'apps/a', 'apps/a/b'], ['x/apps', 'appsx', 'apps.yaml']],
    [
      'requests/people',
      ['requests/people', 'requests/people/jane.yaml'],
      ['x/requests/people', 'requests/peoples'],
    ],
    // files of one folder
    ['docs/*', ['docs/a', 'docs/a.md'], ['docs', 'docs/a/b', 'x/docs/a']],
    ['/docs/*', ['docs/a'], ['docs/a/b']],
    ['docs/*.md', ['docs/a.md'], ['docs/a/b.md', 'x/docs/a.md']],
    ['/docs/j*', ['docs/jane', 'docs/jane/a'], ['docs/a/jane']],
    // across folders
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'x/docs/a']],
    ['**/logs', ['logs', 'a/logs', 'a/b/logs/c'], ['a/logsx']],
    ['**/logs/*', ['logs/a', 'x/logs/a'], ['logs/a/b']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/x/b/c'], ['x/a/b', 'a/xb']],
    ['a/**/*', ['a/b', 'a/b/c'], ['a', 'x/a/b']],
    ['a/*/c', ['a/b/c', 'a/b/c/d'], ['a/c', 'a/b/x/c']],
    ['*/', ['a/b', 'a/b/c'], ['a']],
    // literal characters
    ['/packages/@scope/', ['packages/@scope/a'], ['packages/scope/a']],
    ['/a(b)+$.^|', ['a(b)+$.^|'], ['ab']],
  ])('%s matches the paths that GitHub documents', (pattern, fits, others) => {
    const fitting = [...fits, ...others].filter(path => names(`${pattern} @owner`, path).length > 0)
    expect(fitting).toEqual(fits)
  })
})

describe('several lines of CODEOWNERS', () => {
  const FILE_TEXT = `
* @owner
*.yaml @author reviewer@example.com # by format
/requests/ @acme/Platform @reviewer
/requests/free/
`

  test.each([
    ['README.md', ['owner']],
    ['a/b.yaml', ['author', 'reviewer@example.com']],
    ['requests/jane.yaml', ['acme/platform', 'reviewer']],
    ['requests/free/jane.yaml', []],
  ])('the last matching pattern alone decides: %s', (path, expected) => {
    expect(names(FILE_TEXT, path)).toEqual(expected)
  })

  test('a path without a matching pattern has no owner', () =>
    expect(names('/a @owner', 'b')).toEqual([]))

  test('an earlier matching pattern adds no owner', () =>
    expect(names('/requests/ @owner\n*', 'requests/jane.yaml')).toEqual([]))
})

describe('an owner', () => {
  test.each([
    ['@reviewer', { kind: 'user', login: 'reviewer' }],
    ['@Re-Viewer_acme', { kind: 'user', login: 'Re-Viewer_acme' }],
    ['@Acme/Platform-Team_1.x', { kind: 'team', slug: 'acme/platform-team_1.x' }],
    ['re.view+er@mail.example.com', { kind: 'email', email: 're.view+er@mail.example.com' }],
  ])('%s is an owner', (text, expected) => expect(owners(`* ${text}`, 'a')).toEqual([expected]))

  test.each([
    'reviewer',
    '@',
    '@@reviewer',
    '@-reviewer',
    '@acme/',
    '@acme/platform/x',
    '@reviewer,',
    '@reviewer;@owner',
    'reviewer@',
    'reviewer@host',
    '@reviewer#comment',
    'acme/platform',
    '@revi\u00E9wer',
    '@reviewer!',
  ])('%s is refused as an owner', text => expect(faults(`* @owner ${text}`)).toEqual(['1:10']))

  test('a wrong owner refuses the file, though GitHub skips only the line', () =>
    expect(faults('* @owner\n/requests/ reviewer\n\n/a @x y z')).toEqual(['2:12', '4:7', '4:9']))
})

describe('a line of CODEOWNERS', () => {
  test.each([
    ['# * @owner', 0],
    ['   # * @owner', 0],
    ['', 0],
    [' \t ', 0],
    ['* @owner # @reviewer', 1],
    ['* @owner #', 1],
    ['*\t@owner\t\t@reviewer', 2],
    ['  *  @owner  ', 1],
    ['* @owner\r', 1],
    ['* # @owner', 0],
  ])('%j has %d owners', (line, count) => expect(names(`${line}\n`, 'a')).toHaveLength(count))

  test.each([
    ['[Section]'],
    ['[Section][2] @owner'],
    ['^[Section] @owner'],
    ['!*.yaml @owner'],
    ['*.[ch] @owner'],
    ['a] @owner'],
    ['\\#a @owner'],
    ['a\\ b @owner'],
    ['*.{yaml,yml} @owner'],
    ['"a" @owner'],
    ['a#b @owner'],
    ['a/**/ @owner'],
    ['a** @owner'],
    ['**.yaml @owner'],
    ['*** @owner'],
    ['/ @owner'],
    ['a//b @owner'],
    ['./a @owner'],
    ['a/../b @owner'],
    ['a/. @owner'],
    ['a\uFFFD @owner'],
  ])('%s is refused, though GitHub skips it', line =>
    expect(faults(`* @owner\n${line}`)).toEqual(['2:1']),
  )

  test.each([
    ['a zero-width space', 'a\u200B @owner', '1:2'],
    ['a character that changes the text direction', '/a @owner # \u202E', '1:13'],
    ['a byte order mark', '\uFEFF* @owner', '1:1'],
  ])('a line with %s is refused', (_, line, at) => expect(faults(line)).toContain(at))

  test('the hint says what to write instead', () => {
    const read = parseCodeOwners(FILE, '!*.yaml')
    expect(read).toMatchObject({
      ok: false,
      problems: [
        {
          message: 'the pattern "!*.yaml" begins with !, and GitHub knows no exceptions',
          hint: expect.stringContaining('without owners'),
        },
      ],
    })
  })
})

describe('a CODEOWNERS file', () => {
  const line = '/a @owner\n'

  test('a file of more than 1 MiB is refused with one message, also where an adapter fills it with zeros', () => {
    const most = 1024 * 1024
    expect(faults(line.repeat(most / line.length))).toEqual([])
    expect(faults(line.repeat(most / line.length + 1))).toEqual(['1:1'])
    expect(faults('\0'.repeat(most + 1))).toEqual(['1:1'])
  })

  test('a file with many faults gets twenty messages', () =>
    expect(faults('!\n'.repeat(50))).toHaveLength(20))

  test('no pattern makes matching slow', () => {
    const text = `${'*a'.repeat(2000)}*b @owner\n`.repeat(20)
    expect(names(text, 'a'.repeat(4000))).toEqual([])
  })
})

describe('the reach of a pattern that cannot be read', () => {
  test.each([
    ['/[ab]/x @owner', 1],
    ['docs/[ab] @owner', 0],
    ['requests/[ab] @owner', 1],
  ])('%j has %i faults that may decide about a request', (text, count) => {
    const found = ownersFaults(readCodeOwners(FILE, text), 'requests/people/jane.yaml')
    expect(found.length).toBe(count)
  })
})
