// The port RepositoryFiles for one commit of an object store, and the bytes of blobs.
import { grouped } from '../../../domain/lists.ts'
import { failure } from '../../../domain/problem.ts'
import { GONE } from '../../../domain/proof/git-history.ts'
import type {
  BlobAt,
  BlobsAt,
  FileAt,
  ListedFile,
  ObjectId,
} from '../../../domain/proof/git-history.ts'
import type { RequestFile } from '../../../domain/request/request.ts'
import type { RepositoryFiles } from '../../../ports/repository-files.ts'
import { inPortions } from '../../system/in-portions.ts'
import { blobsIn, READ_LIMIT_BYTES, SUBMODULE, withBytes } from '../../system/work-tree-files.ts'
import type { FetchedObjects } from './fetched-objects.ts'
import { STORED_TREE, entriesAt, filesBelow } from './stored-trees.ts'

const AT_ONCE = 4

export function storedFiles(store: FetchedObjects, commit: ObjectId): RepositoryFiles {
  const entryAt = async (path: string): Promise<ListedFile | null> => {
    const tree = (await store.roots([commit])).get(commit)
    if (tree === undefined)
      throw failure('GITHUB_NOT_FOUND', `Gitea does not have the commit ${commit}`)
    return (await entriesAt(store, tree, [path]))[0] ?? null
  }
  return {
    description: `commit ${commit.slice(0, 7)}`,

    async read(path) {
      const entry = await entryAt(path)
      if (entry === null || entry.mode === STORED_TREE) return null
      return (await filesOf(store, [entry]))[0] ?? null
    },

    /** If the folder is a file, that file is returned, so that its mode is judged. */
    async list(folder) {
      const entry = await entryAt(folder)
      if (entry === null || entry.mode === SUBMODULE) return []
      if (entry.mode !== STORED_TREE) return filesOf(store, [entry])
      const prefix = folder === '' ? '' : `${folder}/`
      const below = await filesBelow(store, entry.blob)
      const files = below.map(each => ({ ...each, path: `${prefix}${each.path}` }))
      return filesOf(
        store,
        files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      )
    },
  }
}

/** The blob at each path: null if there is no file, GONE if the commit is not there. The answer throws for any other file. */
export async function storedBlobsAt(
  store: FetchedObjects,
  files: readonly FileAt[],
): Promise<BlobsAt> {
  const keyOf = ({ commit, path }: FileAt): string => `${commit}:${path}`
  const answers = new Map<string, BlobAt>(files.map(file => [keyOf(file), GONE]))
  const asked = grouped(files.map(({ commit, path }) => [commit, path] as const))
  const roots = await store.roots([...asked.keys()])
  await inPortions([...roots], AT_ONCE, async ([commit, tree]) => {
    const paths = asked.get(commit) ?? []
    for (const [at, entry] of (await entriesAt(store, tree, paths)).entries()) {
      const { mode = STORED_TREE, blob = null } = entry ?? {}
      // A folder, or the commit of a submodule, is not a file.
      const isFile = mode !== STORED_TREE && mode !== SUBMODULE
      answers.set(keyOf({ commit, path: paths[at] ?? '' }), isFile ? blob : null)
    }
  })
  return file => {
    const answer = answers.get(keyOf(file))
    if (answer === undefined) throw new Error(`${keyOf(file)} was not asked for`)
    return answer
  }
}

/** The bytes of each blob that is there; one above 1 MiB is given as zeros, which parse as no text. */
export async function storedBlobs(
  store: FetchedObjects,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
  const types = await store.types(ids)
  const there = [...types].flatMap(([id, type]) => (type === 'blob' ? [id] : []))
  const contents = await store.contents(there, READ_LIMIT_BYTES)
  return new Map(
    [...contents].map(([id, bytes]) => [
      id,
      bytes.length < READ_LIMIT_BYTES ? bytes : new Uint8Array(READ_LIMIT_BYTES),
    ]),
  )
}

async function filesOf(
  store: FetchedObjects,
  entries: readonly ListedFile[],
): Promise<readonly RequestFile[]> {
  const ids = blobsIn(entries).map(({ blob }) => blob)
  return withBytes(entries, await storedBlobs(store, ids))
}
