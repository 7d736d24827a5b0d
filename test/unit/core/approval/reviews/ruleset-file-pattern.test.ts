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
    // sets and escapes are not evaluated: they may fit
    ['requests/[jk]ane.yaml', ['requests/jane.yaml', 'requests/mane.yaml']],
    ['requests/\\jane.yaml', ['requests/jane.yaml']],
    ['requests/[!a]*', ['requests/jane.yaml']],
  ])('%s fits', (pattern, paths) =>
    expect(paths.filter(path => !matchesFilePattern(pattern, path))).toEqual([]),
  )

  test.each([
    ['*.yml', 'requests/jane.yaml'],
    ['/jane.yaml', 'requests/jane.yaml'],
    ['people/*', 'requests/jane.yaml'],
    ['requests/people/**', 'requests/jane.yaml'],
    ['Requests/**', 'requests/jane.yaml'],
    ['requests/[jk]ane.yml', 'requests/jane.yaml'],
  ])('%s does not fit %s', (pattern, path) => expect(matchesFilePattern(pattern, path)).toBe(false))
})

describe('several file patterns', () => {
  test.each([
    ['fit where one fits', ['*.md', 'requests/**'], true],
    ['do not fit where none fits', ['*.md', 'docs/**'], false],
    ['are not believed what they take away', ['requests/**', '!requests/jane.yaml'], true],
    ['that only take away fit everything', ['!docs/**'], true],
    ['that are missing fit everything', [], true],
  ])('%s', (_, patterns, expected) =>
    expect(matchesFilePatterns(patterns, 'requests/jane.yaml')).toBe(expected),
  )
})
