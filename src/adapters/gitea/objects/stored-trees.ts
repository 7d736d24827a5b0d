// Trees of an object store: the entry at a path of a tree, and all files below a tree.
import type { ListedFile, ObjectId } from '../../../domain/proof/git-history.ts'
import { failure } from '../../../domain/problem.ts'
import type { FetchedObjects } from './fetched-objects.ts'

export const STORED_TREE = '040000'

/** The entry at each path of a tree (`''`: the tree itself), null if there is none. The tree has to be there. */
export async function entriesAt(
  store: FetchedObjects,
  tree: ObjectId,
  paths: readonly string[],
): Promise<readonly (ListedFile | null)[]> {
  const below = paths.filter(path => path !== '')
  const found = below.length === 0 ? [] : await listed(store, ['-t', tree, '--', ...below])
  return paths.map(path =>
    path === ''
      ? { path, mode: STORED_TREE, blob: tree }
      : (found.find(entry => entry.path === path) ?? null),
  )
}

/** The files below a tree, at any depth. Throws GITHUB_NOT_FOUND for an id that is not a tree. */
export async function filesBelow(
  store: FetchedObjects,
  tree: ObjectId,
): Promise<readonly ListedFile[]> {
  if ((await store.types([tree])).get(tree) !== 'tree')
    throw failure('GITHUB_NOT_FOUND', `Gitea does not have the tree ${tree}`)
  return listed(store, ['-r', tree])
}

/** Names that are not UTF-8 get a number. Otherwise two names could become one, and only the last file would be seen. */
async function listed(
  store: FetchedObjects,
  args: readonly string[],
): Promise<readonly ListedFile[]> {
  const out = await store.run(['ls-tree', '-z', '--full-tree', ...args])
  const lines = out.split('\0').filter(line => line !== '')
  return lines.map((line, at) => {
    const [, mode = '', blob = '', name = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? []
    return { path: name.includes('\uFFFD') ? `\uFFFD${at} ${name}` : name, mode, blob }
  })
}
