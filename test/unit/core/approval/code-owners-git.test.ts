// CODEOWNERS patterns follow the rules of gitignore, so git itself is asked. The exceptions that GitHub documents are left out.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { ownersOf, parseCodeOwners } from '../../../../src/core/approval/reviews/code-owners.ts'
import { runs } from '../../../build/extent.ts'

const NAMES = ['a', 'b', 'ab', 'a.yaml'] as const
const PATHS = NAMES.flatMap(one => [
  one,
  ...NAMES.flatMap(two => [`${one}/${two}`, ...NAMES.map(three => `${one}/${two}/${three}`)]),
])

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-owners-'))
  execFileSync('git', ['init', '--quiet', folder])
})

afterAll(() => rmSync(folder, { recursive: true }))

function ignoredByGit(pattern: string): readonly string[] {
  writeFileSync(join(folder, '.gitignore'), `${pattern}\n`)
  const options = [
    '-c',
    'core.excludesFile=/dev/null',
    'check-ignore',
    '--no-index',
    '--stdin',
    '-z',
  ]
  try {
    const answer = execFileSync('git', options, { cwd: folder, input: PATHS.join('\0') })
    return answer.toString().split('\0').slice(0, -1)
  } catch (error) {
    // 1: none of the paths is ignored
    expect(error).toMatchObject({ status: 1 })
    return []
  }
}

/** `docs/*` holds nothing that is nested, as GitHub documents it. */
function isFilesOfOneFolder(text: string): boolean {
  return /^(?:.*\/)?\*$/.test(text) && !/(?:^|\/)\*\*\/\*$|^\*$/.test(text)
}

const segment = fc.constantFrom(...NAMES, '*', '**', '?', 'a*', '*b', '*.yaml', '?.y*', 'A')
const pattern = fc
  .tuple(
    fc.constantFrom('', '/'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '/'),
  )
  .map(([head, segments, tail]) => `${head}${segments.join('/')}${tail}`)
  .filter(text => !text.endsWith('**/') && !isFilesOfOneFolder(text))

test('a CODEOWNERS pattern matches exactly the paths that git ignores by it', () => {
  fc.assert(
    fc.property(pattern, text => {
      const read = parseCodeOwners('CODEOWNERS', `${text} @owner`)
      if (!read.ok) throw new Error(read.problems[0].message)
      const owned = PATHS.filter(path => ownersOf(read.value, path).length > 0)
      expect(owned).toEqual(ignoredByGit(text))
    }),
    { numRuns: runs(100, 20) },
  )
})
