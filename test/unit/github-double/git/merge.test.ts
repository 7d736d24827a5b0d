import { describe, expect, test } from '@jest/globals'
import type { FileChanges } from '../../../github-double/git/git-files.ts'
import { entryAt, putTree } from '../../../github-double/git/git-tree.ts'
import { mergeCommits } from '../../../github-double/git/merge.ts'
import { scene } from '../scene.ts'

/** What merging gives for a file `f`, from what each side did. */
function merged(base: FileChanges, ours: FileChanges, theirs: FileChanges) {
  const { world, repository } = scene()
  const from = world.commit({ repository, files: base })
  const [one, other] = [ours, theirs].map(files => world.commit({ parent: from, files }))
  const { objects } = world.state
  const { files, conflicts } = mergeCommits(objects, one ?? '', other ?? '')
  const file = entryAt(objects, putTree(objects, files), 'f')
  const blob = objects.get(file?.id ?? '')
  return {
    conflicts,
    mode: file?.mode,
    text: blob?.kind === 'blob' ? Buffer.from(blob.bytes).toString() : null,
  }
}

const run = (bytes: string) => ({ bytes, mode: '100755' })

describe('a file that', () => {
  test.each<[string, FileChanges, FileChanges, FileChanges, object]>([
    ['both added alike is there', {}, { f: 'x' }, { f: 'x' }, { conflicts: [], text: 'x' }],
    ['both added otherwise is a conflict', {}, { f: 'x' }, { f: 'y' }, { conflicts: ['f'] }],
    ['one removed is gone', { f: 'x' }, { f: null }, { g: 'g' }, { conflicts: [], text: null }],
    ['both removed is gone', { f: 'x' }, { f: null }, { f: null }, { conflicts: [], text: null }],
    [
      'one removed and one changed is a conflict',
      { f: 'x' },
      { f: null },
      { f: 'y' },
      { conflicts: ['f'] },
    ],
    [
      'one changed and one made executable is both',
      { f: 'x' },
      { f: 'y' },
      { f: run('x') },
      { conflicts: [], mode: '100755', text: 'y' },
    ],
    [
      'is bytes and was changed by both is a conflict',
      { f: '\0a\nb\nc\n' },
      { f: '\0A\nb\nc\n' },
      { f: '\0a\nb\nC\n' },
      { conflicts: ['f'] },
    ],
    [
      'is a link and was changed by both is a conflict',
      { f: { bytes: 'a', mode: '120000' } },
      { f: { bytes: 'b', mode: '120000' } },
      { f: { bytes: 'c', mode: '120000' } },
      { conflicts: ['f'] },
    ],
    [
      'stands where the other side has a folder is a conflict',
      {},
      { f: 'x' },
      { 'f/inside': 'y' },
      { conflicts: ['f'] },
    ],
    [
      'became a folder is one',
      { f: 'x' },
      { 'f/inside': 'y' },
      { g: 'g' },
      { conflicts: [], mode: '40000' },
    ],
  ])('%s', (_, base, ours, theirs, expected) => {
    expect(merged(base, ours, theirs)).toMatchObject(expected)
    expect(merged(base, theirs, ours)).toMatchObject(expected)
  })
})

test('branches that were merged crosswise are merged over both their bases', () => {
  const { world, repository } = scene()
  const at = world.tipOf(repository)
  const one = world.commit({ parent: at, files: { a: 'a\n' } })
  const other = world.commit({ parent: at, files: { b: 'b\n' } })
  const left = world.commit({ parents: [one, other], files: { b: 'b\n', l: 'l\n' } })
  const right = world.commit({ parents: [other, one], files: { a: 'a\n', b: null } })
  const { files, conflicts } = mergeCommits(world.state.objects, left, right)
  expect(conflicts).toEqual([])
  expect([...files.keys()].sort()).toEqual(['README.md', 'a', 'l', 'requests/jane.yaml'])
})
