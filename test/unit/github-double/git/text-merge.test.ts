import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { bytesOf, diffLines, linesOf } from '../../../github-double/git/line-diff.ts'
import { isBinary, mergeText } from '../../../github-double/git/text-merge.ts'
import { runs } from '../../../build/extent.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))

/** The merged text, or null for a conflict. Letters stand for lines. */
function merge(base: string, ours: string, theirs: string): string | null {
  const [from, one, other] = [base, ours, theirs].map(text => bytes(text.replace(/./g, '$&\n')))
  const merged = mergeText(from ?? bytes(''), one ?? bytes(''), other ?? bytes(''))
  return merged.isConflict ? null : Buffer.from(merged.bytes).toString().replaceAll('\n', '')
}

describe('a merge of two changes of one text', () => {
  test.each([
    ['that are far apart are both applied', 'abcde', 'Abcde', 'abcdE', 'AbcdE'],
    ['with one line between them are both applied', 'abc', 'Abc', 'abC', 'AbC'],
    ['that touch each other are a conflict', 'abcd', 'aBcd', 'abCd', null],
    ['of the same line are a conflict', 'abc', 'aXc', 'aYc', null],
    ['that are the same are applied once', 'abc', 'aXc', 'aXc', 'aXc'],
    ['that add at the same place are a conflict', 'ab', 'axb', 'ayb', null],
    ['that remove the same line are applied once', 'abc', 'ac', 'ac', 'ac'],
    ['where one removes what the other changes are a conflict', 'abc', 'ac', 'aXc', null],
    ['that remove and add far apart are both applied', 'abcdef', 'acdef', 'abcdefg', 'acdefg'],
    ['of an empty text are a conflict', '', 'x', 'y', null],
    ['where one is empty give the other', 'abc', 'abc', 'xyz', 'xyz'],
  ])('two changes %s', (_, base, ours, theirs, merged) => {
    expect(merge(base, ours, theirs)).toBe(merged)
    expect(merge(base, theirs, ours)).toBe(merged)
  })

  test('a conflict keeps both sides between markers', () => {
    const merged = mergeText(bytes('a\n'), bytes('b\n'), bytes('c\n'))
    expect(Buffer.from(merged.bytes).toString()).toBe(
      '<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n',
    )
  })

  test('a merge keeps bytes that are not UTF-8, and a missing line end', () => {
    const base = Uint8Array.from([97, 10, 255, 10, 98])
    const ours = Uint8Array.from([65, 10, 255, 10, 98])
    const theirs = Uint8Array.from([97, 10, 255, 10, 66])
    expect([...mergeText(base, ours, theirs).bytes]).toEqual([65, 10, 255, 10, 66])
  })

  test('git merge-file gives the same merges', () => {
    const folder = mkdtempSync(join(tmpdir(), 'merge-'))
    const lines = fc.subarray('abcdefghijkl'.split(''))
    const edit = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 2 }), fc.boolean()), {
      maxLength: 3,
    })
    const apply = (base: readonly string[], edits: [number, number, boolean][], mark: string) => {
      const result = [...base]
      for (const [index, [at, removed, adds]] of edits.entries())
        result.splice(at, removed, ...(adds ? [`${mark}${index}`] : []))
      return result.map(line => `${line}\n`).join('')
    }
    try {
      fc.assert(
        fc.property(lines, edit, edit, fc.boolean(), (base, one, other, isAlike) => {
          const texts = {
            base: apply(base, [], ''),
            ours: apply(base, one, 'x'),
            theirs: apply(base, other, isAlike ? 'x' : 'y'),
          }
          for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
          const git = spawnSync('git', ['merge-file', '-p', 'ours', 'base', 'theirs'], {
            cwd: folder,
            encoding: 'utf8',
          })
          const merged = mergeText(bytes(texts.base), bytes(texts.ours), bytes(texts.theirs))
          expect(merged.isConflict).toBe(git.status !== 0)
          if (git.status === 0) expect(Buffer.from(merged.bytes).toString()).toBe(git.stdout)
        }),
        { numRuns: runs(150, 30) },
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a line diff', () => {
  test('a line diff turns the old text into the new one, hunk by hunk', () =>
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 })), fc.array(fc.nat({ max: 4 })), (from, to) => {
        const [before, after] = [from.map(String), to.map(String)]
        const result = [...before]
        for (const hunk of diffLines(before, after).reverse())
          result.splice(
            hunk.oldStart,
            hunk.oldEnd - hunk.oldStart,
            ...after.slice(hunk.newStart, hunk.newEnd),
          )
        expect(result).toEqual(after)
      }),
    ))

  test('a line diff finds the common lines', () =>
    expect(diffLines(['a', 'b', 'c', 'd'], ['b', 'x', 'd', 'e'])).toEqual([
      { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 },
      { oldStart: 2, oldEnd: 3, newStart: 1, newEnd: 2 },
      { oldStart: 4, oldEnd: 4, newStart: 3, newEnd: 4 },
    ]))

  test('a line diff accepts any bytes', () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect([...bytesOf(linesOf(all))]).toEqual([...all])
  })
})

test('a file with NUL near its beginning is binary', () => {
  expect([isBinary(Uint8Array.of(97, 0)), isBinary(bytes('text'))]).toEqual([true, false])
  expect(isBinary(Uint8Array.from({ length: 9000 }, (_, at) => (at === 8500 ? 0 : 97)))).toBe(false)
})
