// What `npm run weigh` counts, on a small tree.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const script = async (name: string) => import(join(ROOT, 'scripts/weigh', `${name}.mjs`))
const { weigh, wordsOf } = await script('measure')
const { lastRun, readLastRun } = await script('last-run')
const { report } = await script('print')
const { treeOf, workingTree } = await script('tree')
const { PARTS } = await script('parts')

const FILES = {
  'src/cli.ts':
    "export const load = () => import('./entry/commands/plan-command.ts')\nexport const apply = () => import('./entry/commands/apply-command.ts')\n",
  'src/action.ts':
    "import './core/shared.ts'\nexport const job = () => import('./entry/action/plan-job.ts')\n",
  'src/entry/action/plan-job.ts': "import '../../core/plan/steps.ts'\n",
  'src/entry/commands/plan-command.ts':
    "import type { A } from '../../core/plan/only-type.ts'\nimport '../../core/plan/steps.ts'\nimport '../../core/shared.ts'\n",
  'src/entry/commands/apply-command.ts':
    "import '../../core/shared.ts'\nexport const lazy = () => import('../../core/issue.ts')\n",
  'src/core/plan/only-type.ts': 'export interface A {\n  a: 1\n}\n',
  'src/core/plan/steps.ts': "import '../request/cfssl/cfssl-json.ts'\nfunction shown() {}\n",
  'src/core/request/cfssl/cfssl-json.ts':
    "import './cfssl-only.ts'\nexport const shown = () => 1\n",
  'src/core/request/cfssl/cfssl-only.ts': '\n\n\n\n',
  'src/core/shared.ts':
    'export function shown(a: 1): 1\nexport function shown(a: 2): 2\nexport function shown(a: unknown) { return a }\n',
  'src/core/issue.ts': 'const inner = () => {\n  const shown = () => 1\n  return shown\n}\n',
  'src/core/unused.ts': 'function alone() {}\n',
  'src/sandbox/cluster.ts': 'function shown() {}\n\n\n',
  'test/unit/a.test.ts': '\n\n',
  'README.md':
    '# One title\n\nFour words of text.\n\n```sh\nnot counted\n```\n\n<!-- not counted -->\n',
}
const tree = new Map(Object.entries(FILES))
const weight = weigh(tree)
const partsOf = (kind: string) =>
  Object.fromEntries(
    weight.parts
      .filter((part: { kind: string }) => part.kind === kind)
      .map(({ name, lines }: { name: string; lines: number }) => [name, lines]),
  )

describe('the weight of a tree', () => {
  test('lines of the product do not include the sandbox', () => {
    const folders = Object.fromEntries(
      weight.folders.map(({ name, files, lines }: Record<string, unknown>) => [
        name,
        [files, lines],
      ]),
    )
    expect(folders['product']).toEqual([12, 29])
    expect(folders['src/sandbox']).toEqual([1, 3])
    expect(folders['src/core']).toEqual([7, 19])
    expect(folders['test']).toEqual([1, 2])
    expect(folders['src']).toBeUndefined()
  })

  test('a line counts for a command if no other command and no entry point reaches it', () => {
    // Types and `import()` count. The action also reaches the steps and what they import.
    expect(partsOf('command')).toEqual({ apply: 2 + 4, plan: 3 + 3, 'action plan': 1 })
  })

  test('a line counts for a format if nothing else reaches it', () => {
    expect(partsOf('format')).toMatchObject({ cfssl: 2 + 4, openssl: 0 })
  })

  test('a function counts once for each file that defines it, and an overload or an inner function does not count', () => {
    expect(weight.repeated).toEqual([
      {
        name: 'shown',
        exported: 2,
        files: [
          'src/core/plan/steps.ts',
          'src/core/request/cfssl/cfssl-json.ts',
          'src/core/shared.ts',
        ],
      },
    ])
  })

  test('words of code blocks and comments do not count', () => {
    expect(weight.pages).toEqual([{ name: 'README.md', words: 6 }])
    expect(wordsOf('| a `b c` | 1.5 | --- |\n')).toBe(4)
  })

  test.each(PARTS as { name: string; kind: string; paths: string[] }[])(
    'src has the files of the $kind $name',
    ({ paths }) => {
      expect(paths.filter(path => !existsSync(join(ROOT, path)))).toEqual([])
    },
  )
})

const RUN = {
  node: 'v20',
  date: '2026-01-02T03:04:05Z',
  suites: {
    unit: { seconds: 3, cpuSeconds: 5, tests: 7, files: [] },
    flow: {
      seconds: 9,
      files: [
        { file: 'test/flow/a.test.ts', cpuSeconds: 1, planes: 2 },
        { file: 'test/flow/b.test.ts', cpuSeconds: 4.25, processes: 3 },
      ],
    },
  },
}

describe('the last test run', () => {
  test('sums of files take the place of missing sums of a suite', () => {
    const { suites, files } = lastRun(RUN)
    expect(suites).toEqual([
      { name: 'unit', seconds: 3, cpuSeconds: 5, tests: 7, planes: null, processes: null },
      { name: 'flow', seconds: 9, cpuSeconds: 5.25, tests: null, planes: 2, processes: 3 },
    ])
    expect(files.map(({ file }: { file: string }) => file)).toEqual([
      'test/flow/b.test.ts',
      'test/flow/a.test.ts',
    ])
  })

  test('the report of a tree without a test run says so in one line', () => {
    expect(readLastRun('/dev/null/none')).toBeNull()
    expect(report(weight, null, null).at(-1)).toContain('last test run: none')
  })
})

describe('the report', () => {
  test('the report has the rows of each table and at most 60 lines', () => {
    const lines: string[] = report(weight, null, lastRun(RUN))
    expect(lines.length).toBeLessThan(60)
    expect(lines).toContainEqual(expect.stringMatching(/^ +29 +12 {2}product$/))
    expect(lines).toContainEqual(expect.stringMatching(/^ +6 +2 {2}command apply$/))
    expect(lines).toContainEqual(expect.stringMatching(/^ +4.3 +- +- +- +3 {2}test\/flow\/b/))
  })

  test('the report of two trees has only what differs', () => {
    const before = new Map(tree)
    before.delete('src/core/issue.ts')
    before.set('README.md', 'one\n')
    const lines: string[] = report(weight, weigh(before), null)
    expect(lines).toContainEqual(expect.stringMatching(/^ +29 \(\+4\) +12 \(\+1\) {2}product$/))
    expect(lines).toContainEqual(expect.stringMatching(/^ +6 \(\+4\) +2 \(\+1\) {2}command apply$/))
    expect(lines).toContainEqual(expect.stringMatching(/^ +6 \(\+5\) {2}README.md$/))
    expect(lines.join('\n')).not.toMatch(/src\/sandbox$|cfssl/m)
  })
})

describe('the files of a repository', () => {
  const root = mkdtempSync(join(tmpdir(), 'countersign-weigh-'))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=author', '-c', 'user.email=a@example.com', ...args], {
      cwd: root,
      stdio: 'ignore',
    })
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test('a commit and the working tree have their own texts', () => {
    git('init')
    write('src/a.ts', 'ä\n')
    write('src/empty.ts', '')
    write('docs/gone.md', 'gone\n')
    write('package.json', '{}\n')
    git('add', '.')
    git('commit', '-m', 'first')
    write('src/a.ts', 'b\n')
    write('src/new.ts', 'c\n')
    rmSync(join(root, 'docs/gone.md'))
    expect([...treeOf(root, 'HEAD')]).toEqual([
      ['docs/gone.md', 'gone\n'],
      ['src/a.ts', 'ä\n'],
      ['src/empty.ts', ''],
    ])
    expect([...workingTree(root)]).toEqual([
      ['src/a.ts', 'b\n'],
      ['src/empty.ts', ''],
      ['src/new.ts', 'c\n'],
    ])
  })
})
