// Answers for a path of a commit that contradict themselves; consistent ones are read in conformance/github.
import { describe, expect, test } from '@jest/globals'
import { understood } from '../../../../../src/adapters/github/connection/answer-shapes.ts'
import type { RepositoryApi } from '../../../../../src/adapters/github/connection/repository-api.ts'
import { Trees } from '../../../../../src/adapters/github/read/git-trees.ts'
import { standIn } from '../../../../build/stand-in.ts'

const COMMIT = 'c'.repeat(40)
const BLOB = 'b'.repeat(40)
/** The id of a tree without entries. */
const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const FILE = { mode: 0o100644, oid: BLOB, size: 1 }
const FOLDER = { mode: 0o40000, oid: EMPTY, size: 0 }
const TREE = { kind: 'Tree', oid: EMPTY, entries: [] }

/** Trees of a GitHub that answers so for a commit with this member, and for the object at the path. */
function treesOf(commit: object, object: object | null): Trees {
  const answers = [{ kind: 'Commit', ...commit }, object]
  const api = standIn<RepositoryApi>({
    each: async (_, { shape, doing }) => answers.map(answer => understood(shape, answer, doing)),
  })
  return new Trees(api)
}

describe('the answer for a path of a commit', () => {
  test.each<[string, object, object | null, string]>([
    ['has no entry, not even null', {}, null, 'a'],
    ['has an entry and no object', { file: FILE }, null, 'a'],
    ['has an object and no entry', { file: null }, { kind: 'Blob' }, 'a'],
    ['has the entry of a file and the object of a folder', { file: FILE }, TREE, 'a'],
    ['has the entry of a folder and no object', { file: FOLDER }, null, 'a'],
    ['has the entry of a folder and the object of a file', { file: FOLDER }, { kind: 'Blob' }, 'a'],
    ['has no root folder', {}, null, ''],
  ])('an answer that %s is an error', async (_, commit, object, path) => {
    await expect(treesOf(commit, object).at(COMMIT, path)).rejects.toMatchObject({
      problem: { code: 'GITHUB_ANSWER' },
    })
  })

  test('a folder needs no entry', async () => {
    expect(await treesOf({ file: null }, TREE).at(COMMIT, 'a')).toEqual({ tree: EMPTY })
    expect(await treesOf({ file: FOLDER }, TREE).at(COMMIT, 'a')).toEqual({ tree: EMPTY })
    expect(await treesOf({ file: FOLDER }, TREE).leafAt(COMMIT, 'a')).toBeNull()
  })

  test('a path without entry and object is absent', async () => {
    expect(await treesOf({ file: null }, null).at(COMMIT, 'a')).toBeNull()
    expect(await treesOf({ file: null }, null).leafAt(COMMIT, 'a')).toBeNull()
  })

  test('a submodule is no folder, and its entry is read', async () => {
    const submodule = { file: { mode: 0o160000, oid: COMMIT, size: 0 } }
    expect(await treesOf(submodule, null).at(COMMIT, 'a')).toBeNull()
    expect(await treesOf(submodule, null).leafAt(COMMIT, 'a')).toMatchObject({ mode: '160000' })
  })
})
