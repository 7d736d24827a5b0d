import { describe, expect, test } from '@jest/globals'
import type { FileChanges } from '../../../github-double/git/git-files.ts'
import { entryAt, putTree } from '../../../github-double/git/git-tree.ts'
import { mergeCommits } from '../../../github-double/git/merge.ts'
import { scene } from '../scene.ts'

/** The merge result for a file `f`, from the changes of each side. */
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

describe('a merge of one file', () => {
  test.each<[string, FileChanges, FileChanges, FileChanges, object]>([
    [
      'that both sides added with the same text exists',
      {},
      { f: 'x' },
      { f: 'x' },
      { conflicts: [], text: 'x' },
    ],
    [
      'that both sides added with other texts is a conflict',
      {},
      { f: 'x' },
      { f: 'y' },
      { conflicts: ['f'] },
    ],
    [
      'that one side removed is removed',
      { f: 'x' },
      { f: null },
      { g: 'g' },
      { conflicts: [], text: null },
    ],
    [
      'that both sides removed is removed',
      { f: 'x' },
      { f: null },
      { f: null },
      { conflicts: [], text: null },
    ],
    [
      'that one side removed and one changed is a conflict',
      { f: 'x' },
      { f: null },
      { f: 'y' },
      { conflicts: ['f'] },
    ],
    [
      'that one side changed and one made executable gets both',
      { f: 'x' },
      { f: 'y' },
      { f: run('x') },
      { conflicts: [], mode: '100755', text: 'y' },
    ],
    [
      'of bytes that both sides changed is a conflict',
      { f: '\0a\nb\nc\n' },
      { f: '\0A\nb\nc\n' },
      { f: '\0a\nb\nC\n' },
      { conflicts: ['f'] },
    ],
    [
      'that is a link and that both sides changed is a conflict',
      { f: { bytes: 'a', mode: '120000' } },
      { f: { bytes: 'b', mode: '120000' } },
      { f: { bytes: 'c', mode: '120000' } },
      { conflicts: ['f'] },
    ],
    [
      'in place of a folder of the other side is a conflict',
      {},
      { f: 'x' },
      { 'f/inside': 'y' },
      { conflicts: ['f'] },
    ],
    [
      'that became a folder is a folder',
      { f: 'x' },
      { 'f/inside': 'y' },
      { g: 'g' },
      { conflicts: [], mode: '40000' },
    ],
  ])('a file %s', (_, base, ours, theirs, expected) => {
    expect(merged(base, ours, theirs)).toMatchObject(expected)
    expect(merged(base, theirs, ours)).toMatchObject(expected)
  })
})

test('branches with crossed merges are merged over both merge bases', () => {
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
