// The id of a tree, compared with git.
import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { treeId } from '../../../../../src/adapters/github/read/git-trees.ts'

const EMPTY_BLOB = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

function ofGit(lines: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'tree-id-'))
  try {
    execFileSync('git', ['init', '--quiet', root])
    const input = lines.map(line => `${line}\0`).join('')
    const made = execFileSync('git', ['-C', root, 'mktree', '-z', '--missing'], { input })
    return made.toString().trim()
  } finally {
    rmSync(root, { recursive: true })
  }
}

describe('the id of a git tree', () => {
  test.each<[string, readonly (readonly [mode: string, name: string])[]]>([
    ['no entry', []],
    ['one file', [['100644', 'a']]],
    [
      'a folder and files with the same beginning',
      [
        ['40000', 'a'],
        ['100644', 'a.b'],
        ['100644', 'a0'],
      ],
    ],
    [
      'every mode',
      [
        ['100755', 'x'],
        ['120000', 'l'],
        ['160000', 's'],
        ['40000', 't'],
      ],
    ],
    [
      'non-ASCII names',
      [
        ['100644', 'ö'],
        ['100644', 'z'],
        ['100644', '😀'],
        ['100644', '\uFB01'],
      ],
    ],
  ])('git gives the same tree id for %s, in any order', (_, entries) => {
    const idOf = (mode: string) => (mode === '40000' ? EMPTY_TREE : EMPTY_BLOB)
    const type = (mode: string) => ({ '40000': 'tree', '160000': 'commit' })[mode] ?? 'blob'
    const expected = ofGit(
      entries.map(
        ([mode, name]) => `${mode.padStart(6, '0')} ${type(mode)} ${idOf(mode)}\t${name}`,
      ),
    )
    const given = entries.map(([mode, name]) => ({ mode, name: Buffer.from(name), id: idOf(mode) }))
    expect(treeId(given)).toBe(expected)
    expect(treeId(given.toReversed())).toBe(expected)
  })

  test('the tree id changes where an entry is missing', () => {
    const entry = { mode: '100644', name: Buffer.from('a'), id: EMPTY_BLOB }
    expect(treeId([entry])).not.toBe(treeId([]))
    expect(treeId([])).toBe(EMPTY_TREE)
  })
})
