import { describe, expect, test } from '@jest/globals'
import {
  matchesFilePattern,
  matchesFilePatterns,
} from '../../../../../src/core/approval/reviews/ruleset-file-pattern.ts'

describe('a file pattern of a ruleset', () => {
  test.each([
    ['*', ['a', 'a/b']],
    ['*.yaml', ['jane.yaml', 'requests/jane.yaml']],
    ['requests/*', ['requests/jane.yaml', 'requests/people/jane.yaml']],
    ['requests/**', ['requests/jane.yaml', 'requests/people/jane.yaml']],
    ['requests/**/*', ['requests/jane.yaml', 'requests/people/jane.yaml']],
    ['requests/', ['requests/jane.yaml']],
    ['/requests', ['requests/jane.yaml']],
    ['requests', ['requests/jane.yaml', 'a/requests/b']],
    ['**/jane.*', ['jane.yaml', 'requests/people/jane.yaml']],
    // fnmatch without FNM_PATHNAME
    ['req*jane.yaml', ['requests/people/jane.yaml']],
    // sets and escapes are not evaluated: they count as a match
    ['requests/[jk]ane.yaml', ['requests/jane.yaml', 'requests/mane.yaml']],
    ['requests/\\jane.yaml', ['requests/jane.yaml']],
    ['requests/[!a]*', ['requests/jane.yaml']],
  ])('%s matches', (pattern, paths) =>
    expect(paths.filter(path => !matchesFilePattern(pattern, path))).toEqual([]),
  )

  test.each([
    ['*.yml', 'requests/jane.yaml'],
    ['/jane.yaml', 'requests/jane.yaml'],
    ['people/*', 'requests/jane.yaml'],
    ['requests/people/**', 'requests/jane.yaml'],
    ['Requests/**', 'requests/jane.yaml'],
    ['requests/[jk]ane.yml', 'requests/jane.yaml'],
  ])('%s does not match %s', (pattern, path) =>
    expect(matchesFilePattern(pattern, path)).toBe(false),
  )
})

describe('several file patterns of a ruleset', () => {
  test.each([
    ['match where one matches', ['*.md', 'requests/**'], true],
    ['do not match where none matches', ['*.md', 'docs/**'], false],
    [
      'match also where an exception excludes the file',
      ['requests/**', '!requests/jane.yaml'],
      true,
    ],
    ['match everything where they are only exceptions', ['!docs/**'], true],
    ['match everything where there are none', [], true],
  ])('several file patterns %s', (_, patterns, expected) =>
    expect(matchesFilePatterns(patterns, 'requests/jane.yaml')).toBe(expected),
  )
})
