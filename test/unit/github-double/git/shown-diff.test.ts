import { describe, expect, test } from '@jest/globals'
import type { FileChange } from '../../../github-double/git/git-files.ts'
import { commitFiles } from '../../../github-double/git/merge.ts'
import { diffFiles, diffSize, inOneAnswer } from '../../../github-double/git/shown-diff.ts'
import { scene } from '../scene.ts'

type Files = Readonly<Record<string, FileChange>>

function diff(before: Files, after: Files) {
  const { world, author } = scene()
  const { objects } = world.state
  const base = world.commit({ parent: null, author, files: { keep: 'x', ...before } })
  const head = world.commit({ parent: base, author, files: after })
  return diffFiles(objects, commitFiles(objects, base), commitFiles(objects, head))
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${index}\n`).join('')

describe('the shown diff of a file', () => {
  test('a file is shown as added, removed, modified or renamed, with its path', () => {
    const text = numbered(9)
    const before = { changed: 'a\n', old: text, removed: 'alone\n' }
    const after = {
      added: 'new\n',
      changed: 'b\n',
      old: null,
      moved: `${text}more\n`,
      removed: null,
    }
    const files = diff(before, after)
    expect(files.map(({ path, status, previousPath }) => [path, status, previousPath])).toEqual([
      ['added', 'added', null],
      ['changed', 'modified', null],
      ['moved', 'renamed', 'old'],
      ['removed', 'removed', null],
    ])
    expect(files[1]?.patch).toBe('@@ -1 +1 @@\n-a\n+b')
    expect(files[2]?.patch).toBe('@@ -7,3 +7,4 @@\n 6\n 7\n 8\n+more')
    expect(diffSize(files)).toEqual({ files: 4, additions: 3, deletions: 2 })
  })

  test.each<[string, FileChange | undefined, Files, number]>([
    ['is binary', 'text\n', { file: Uint8Array.of(1, 0, 2) }, 0],
    ['has only another name', numbered(9), { file: null, other: numbered(9) }, 0],
    ['has only another mode', 'text\n', { file: { bytes: 'text\n', mode: '100755' } }, 0],
    ['is empty', undefined, { file: '' }, 0],
    ['became a link', 'text\n', { file: { bytes: 'keep', mode: '120000' } }, 1],
    ['has more than 20,000 lines', undefined, { file: numbered(20_001) }, 20_001],
    ['has more than 500 KB', undefined, { file: 'x'.repeat(501 * 1024) }, 1],
  ])('a file is shown without a patch where it %s', (_, before, after, additions) => {
    const [file, ...others] = diff(before === undefined ? {} : { file: before }, after)
    expect(others).toEqual([])
    expect([file?.patch, file?.additions]).toEqual([null, additions])
  })

  test('a submodule is shown with its commit as text', () => {
    const [one, other] = ['1'.repeat(40), '2'.repeat(40)]
    const [file] = diff({ lib: { submodule: one } }, { lib: { submodule: other } })
    expect(file?.patch).toBe(`@@ -1 +1 @@\n-Subproject commit ${one}\n+Subproject commit ${other}`)
  })

  test('a file that became a link is shown with another type', () => {
    const [file] = diff({ file: 'text\n' }, { file: { bytes: 'keep', mode: '120000' } })
    expect(file?.status).toBe('changed')
  })
})

test('an answer beyond 20,000 lines has neither patches nor counts for the rest', () => {
  const files = diff({}, { a: numbered(12_000), b: numbered(7_000), c: numbered(3_000), d: 'x\n' })
  const shown = inOneAnswer(files)
  expect(shown.map(({ patch }) => patch !== null)).toEqual([true, true, false, false])
  expect(shown.map(({ additions }) => additions)).toEqual([12_000, 7_000, 0, 0])
  expect(diffSize(files)).toEqual({ files: 4, additions: 22_001, deletions: 0 })
})
