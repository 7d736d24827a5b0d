// git itself is asked what each line does: every path that git hides is reported, and no path that git shows is reported as hidden.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { hidingAttributes } from '../../../../src/core/approval/visibility/hiding-attributes.ts'
import type { AttributesFile } from '../../../../src/core/approval/visibility/hiding-attributes.ts'
import { runs } from '../../../build/extent.ts'

const PATHS = [
  'jane.yaml',
  'a',
  'a/b',
  'a/b/jane.yaml',
  'a/jane.yaml',
  'a/b/a/b',
  'requests/jane.yaml',
  'requests/people/jane.yaml',
  'requests/people/x-1.yml',
]
const ATTRIBUTES = ['linguist-generated', 'diff', 'working-tree-encoding']

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-attributes-'))
  execFileSync('git', ['init', '--quiet', folder])
})

afterAll(() => rmSync(folder, { recursive: true }))

/** Which paths git gives a state that hides them. */
function hiddenByGit(files: readonly AttributesFile[]): readonly string[] {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const answer = execFileSync(
    'git',
    ['-c', 'core.attributesFile=/dev/null', 'check-attr', '-z', '--stdin', ...ATTRIBUTES],
    {
      cwd: folder,
      input: PATHS.join('\0'),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, GIT_ATTR_NOSYSTEM: '1' },
    },
  )
  for (const { path } of files) rmSync(join(folder, path))
  const hidden = [...answer.matchAll(/([^\0]+)\0([^\0]+)\0([^\0]*)\0/g)].filter(
    ([, , name = '', state = '']) => isHidden(name, state),
  )
  return [...new Set(hidden.map(([, path = '']) => path))]
}

function isHidden(name: string, state: string): boolean {
  if (name === 'diff') return state === 'unset' || state === 'false'
  if (state === 'unspecified' || state === 'unset') return false
  return name === 'linguist-generated' ? state !== 'false' : !/^utf-?8$/i.test(state)
}

const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      '*',
      '**',
      'requests',
      'people',
      'jane.yaml',
      '*.yaml',
      '*.yml',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'j*',
      '?',
      '??',
      'x-?.yml',
      'jane.?aml',
      '***',
      '',
      'peopl',
      'JANE.yaml',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '[ab]',
      '[!a]',
      '[^]b]',
      '[]a]',
      '[a/b]',
      '\\a',
      '\\*',
      'a**',
      '**b',
      'j**l',
      '[a',
      '[[:alpha:]]',
      '!a',
      '"',
      '#a',
    ),
  },
)
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '', '/', '!'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '', '', '/', '\\/'),
    fc.constantFrom(false, false, false, true),
  )
  .map(([head, segments, tail, isQuoted]) => {
    const text = `${head}${segments.join('/')}${tail}`
    if (!isQuoted) return text === '' || text.startsWith('#') ? 'a' : text
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('j', '\\152')}"`
  })
const hiding = fc.constantFrom('-diff', 'linguist-generated', 'binary', 'linguist-generated=x')
const odd = fc.constantFrom('@x', '-', '=', 'builtin_x', 'ü', 'text')
const onePattern = fc
  .tuple(fc.constantFrom('', 'a/', 'requests/'), pattern, hiding, fc.option(odd, { freq: 8 }))
  .map(([prefix, wanted, attribute, other]) => [
    { path: `${prefix}.gitattributes`, text: [wanted, attribute, other ?? ''].join(' ') },
  ])

const usual = fc.constantFrom(
  '*',
  '*',
  '*',
  '*.yaml',
  '**/jane.yaml',
  'jane.yaml',
  'people/*',
  'requests/**',
  '/requests/*',
  '[j]ane.yaml',
  '\\jane.yaml',
  '[!x]*',
  '"*"',
  '"\\152*"',
)
const state = fc.constantFrom(
  'linguist-generated',
  '-linguist-generated',
  '!linguist-generated',
  'linguist-generated=true',
  'linguist-generated=false',
  'linguist-generated=',
  'diff',
  '-diff',
  '!diff',
  'diff=yaml',
  'binary',
  '-binary',
  '!binary',
  'quiet',
  '-quiet',
  'loud',
  '!loud',
  'text',
  'working-tree-encoding=UTF-16',
  '-working-tree-encoding',
)
const states = fc.array(state, { minLength: 0, maxLength: 3 })
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(usual, states).map(parts => parts.flat().join(' ')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('quiet', 'quiet', 'loud', 'binary', '-x'), states)
      .map(([name, said]) => [`[attr]${name}`, ...said].join('\t')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '# * -diff', '  * -diff\r', '"a -diff', '"a\\9" -diff'),
  },
)
const files = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '', 'a/', 'requests/', 'requests/people/', 'a/b/c/'),
      fc.array(line, { maxLength: 6 }),
    ),
    { maxLength: 4 },
  )
  .map(all =>
    [...new Map(all.map(([prefix, lines]) => [`${prefix}.gitattributes`, lines.join('\n')]))].map(
      ([path, text]) => ({ path, text }),
    ),
  )

test.each([
  ['of one pattern', onePattern],
  ['of several lines, files and macros', files],
])(
  'a path that git hides is reported, and a path that git shows is never reported as hidden: %s',
  (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, given => {
        const hidden = hiddenByGit(given)
        for (const path of PATHS) {
          const problems = hidingAttributes(given, [path])
          const isCertain = problems.some(({ message }) => message.includes(' hides '))
          if (hidden.includes(path)) expect([path, problems.length > 0]).toEqual([path, true])
          else expect([path, isCertain]).toEqual([path, false])
        }
      }),
      { numRuns: runs(150, 30) },
    )
  },
)
