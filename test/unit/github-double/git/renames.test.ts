// Git is the reference: it finds the same renames between the same two commits.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { exportTo } from '../../../github-double/git/export.ts'
import type { FileChange } from '../../../github-double/git/git-files.ts'
import { diffFiles } from '../../../github-double/git/shown-diff.ts'
import { commitFiles } from '../../../github-double/git/merge.ts'
import { git } from '../git.ts'
import { scene } from '../scene.ts'
import { ASKED_SEED, runs } from '../../../build/extent.ts'

type Files = Readonly<Record<string, FileChange>>

/** The renames of the double and of git, `from > to`. */
function renames(before: Files, after: Files) {
  const { world, repository, author } = scene()
  const { objects } = world.state
  const base = world.commit({ parent: null, author, files: before })
  const gone = Object.fromEntries(Object.keys(before).map(path => [path, null]))
  const empty = world.commit({ parent: base, author, files: gone })
  const head = world.commit({ parent: empty, author, files: after })
  world.push({ actor: author, repository, branch: 'renames', commit: head })
  const files = diffFiles(objects, commitFiles(objects, base), commitFiles(objects, head))
  const ours = files.flatMap(({ path, previousPath }) =>
    previousPath === null ? [] : [`${previousPath} > ${path}`],
  )
  const folder = mkdtempSync(join(tmpdir(), 'countersign-renames-'))
  exportTo(world.state, repository, folder)
  const raw = git(folder, 'diff', '--raw', '-M', base, head)
  rmSync(folder, { recursive: true })
  const theirs = [...raw.matchAll(/ R\d+\t([^\t\n]+)\t([^\t\n]+)/g)].map(
    ([, from, to]) => `${from} > ${to}`,
  )
  return { ours, theirs }
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line number ${from + index}\n`).join('')

describe('a removed and an added file', () => {
  test.each<[string, FileChange, FileChange, boolean]>([
    ['with the same text', 'same\n', 'same\n', true],
    ['with the same text and another mode', 'same\n', { bytes: 'same\n', mode: '100755' }, true],
    ['with half of the text', lines(10, 20), lines(10, 15), true],
    ['with less than half of the text', lines(10, 20), lines(10, 14), false],
    ['with other line endings', lines(10, 20), lines(10, 20).replaceAll('\n', '\r\n'), true],
    ['where one is a link to the same text', 'same', { bytes: 'same', mode: '120000' }, false],
    ['without text', '', '', true],
  ])('git detects a rename of two files in the same way: %s', (_, before, after, isRename) => {
    const { ours, theirs } = renames({ old: before }, { fresh: after })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual(isRename ? ['old > fresh'] : [])
  })

  test('no rename is found where the old file remains', () => {
    const { ours, theirs } = renames({ old: 'same\n' }, { old: 'same\n', fresh: 'same\n' })
    expect([ours, theirs]).toEqual([[], []])
  })
})

const path = fc.constantFrom('a/x', 'a/y', 'b/x', 'b/y', 'c/x', 'z', 'y', 'q/w/x')
const text = fc
  .tuple(fc.integer({ min: 10, max: 14 }), fc.integer({ min: 0, max: 9 }))
  .map(([from, length]) => lines(from, from + length))
const filesUpTo = (maxKeys: number) => fc.dictionary(path, text, { minKeys: 1, maxKeys })
/** Of more old files, git weighs four for each new one, in its own order. */
const [oldFiles, newFiles] = [filesUpTo(4), filesUpTo(6)]

test('git finds the same renames among many files', () => {
  let found = 0
  fc.assert(
    fc.property(oldFiles, newFiles, (before, after) => {
      const { ours, theirs } = renames(before, after)
      expect(ours).toEqual(theirs)
      found += ours.length
    }),
    { numRuns: runs(60, 12), seed: ASKED_SEED ?? 1 },
  )
  expect(found).toBeGreaterThan(0)
})
