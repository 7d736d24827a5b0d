// Git is the reference: it prints the same hunks, or applies ours and gets the new text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { unifiedPatch } from '../../../github-double/git/unified-patch.ts'
import { git, tryGit } from '../git.ts'
import { runs } from '../../../build/extent.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-patch-'))
  git(folder, 'init', '--quiet')
})

afterAll(() => rmSync(folder, { recursive: true }))

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const patched = (before: string, after: string) => unifiedPatch(bytes(before), bytes(after))

/** The hunks that git prints, without the header of the file. */
function hunksOfGit(before: string, after: string): string {
  writeFileSync(join(folder, 'before'), bytes(before))
  writeFileSync(join(folder, 'after'), bytes(after))
  const args = ['-M', '-U3', '--no-ext-diff', '--no-color', '--no-index']
  const { text } = tryGit(folder, 'diff', ...args, 'before', 'after')
  return text.slice(Math.max(0, text.search(/^@@ /m)))
}

/** Lines that each occur once, some of them kept, so that there is only one longest common subsequence. */
const onlyOneWay = fc
  .array(
    fc.tuple(
      fc.constantFrom('keep', 'keep', 'keep', 'keep', 'keep', 'remove', 'add', 'change'),
      fc.constantFrom(
        '',
        ' ',
        '  - ',
        '_',
        '$',
        '"',
        '# ',
        'gr\xc3\xbc\xc3\x9fe ',
        '\xff',
        'x'.repeat(90),
      ),
    ),
    { maxLength: 60 },
  )
  .map(all => {
    const lines = all.map(([what, prefix], index) => ({ what, line: `${prefix}line ${index}` }))
    return {
      before: lines.filter(({ what }) => what !== 'add').map(({ line }) => line),
      after: lines
        .filter(({ what }) => what !== 'remove')
        .map(({ what, line }) => (what === 'change' ? `${line} changed` : line)),
    }
  })
/** Few different lines, so that many occur often. */
const anyWay = fc.record({
  before: fc.array(fc.constantFrom('a', 'b', 'c', '', '  a'), { maxLength: 25 }),
  after: fc.array(fc.constantFrom('a', 'b', 'c', '', '  a'), { maxLength: 25 }),
})
const end = fc.constantFrom('\n', '\n', '')
const lineEnd = fc.constantFrom('\n', '\n', '\r\n')

describe('the patch of a file', () => {
  test('git prints the same patch where the lines match in one way only', () => {
    fc.assert(
      fc.property(onlyOneWay, end, end, lineEnd, ({ before, after }, one, other, joint) => {
        const [old, fresh] = [before.join(joint) + one, after.join(joint) + other]
        expect(patched(old, fresh).text).toBe(hunksOfGit(old, fresh))
      }),
      { numRuns: runs(150, 30) },
    )
  })

  test('git applies the patch to the old text and gets the new one', () => {
    fc.assert(
      fc.property(anyWay, end, end, ({ before, after }, one, other) => {
        const [old, fresh] = [before.join('\n') + one, after.join('\n') + other]
        fc.pre(old !== fresh && old !== '' && fresh !== '')
        const { text } = patched(old, fresh)
        writeFileSync(join(folder, 'file'), bytes(old))
        writeFileSync(join(folder, 'patch'), `--- a/file\n+++ b/file\n${text}`)
        git(folder, 'apply', '--whitespace=nowarn', 'patch')
        expect(tryGit(folder, 'hash-object', '--no-filters', 'file').text).toBe(hashOf(fresh))
      }),
      { numRuns: runs(100, 15) },
    )
  })

  test('a patch marks a last line without a line end, on its side', () => {
    expect(patched('one', 'one\n').text).toBe(
      '@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+one\n',
    )
  })

  test('a patch counts added and removed lines', () => {
    expect(patched('a\nb\nc\n', 'a\nx\ny\nc\n')).toMatchObject({ additions: 2, deletions: 1 })
    expect(patched('', 'a\nb\n')).toEqual({
      text: '@@ -0,0 +1,2 @@\n+a\n+b\n',
      additions: 2,
      deletions: 0,
    })
    expect(patched('a\n', 'a\n')).toEqual({ text: '', additions: 0, deletions: 0 })
  })
})

function hashOf(text: string): string {
  writeFileSync(join(folder, 'wanted'), bytes(text))
  return tryGit(folder, 'hash-object', '--no-filters', 'wanted').text
}
