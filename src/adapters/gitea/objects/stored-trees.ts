// Trees of an object store: the entry at a path of a tree, and all files below a tree.
import type { ListedFile, ObjectId } from '../../../domain/proof/git-history.ts'
import { failure } from '../../../domain/problem.ts'
import type { ObjectStore } from './object-store.ts'

export const STORED_TREE = '040000'
const MOST_BYTES = 64 * 1024 * 1024
/** A tree can name one subtree many times. No repository of requests has this many entries. */
const MOST_ENTRIES = 200_000

/** A path below a tree; the empty path is the tree itself. */
export interface PlaceInTree {
  readonly tree: ObjectId
  readonly path: string
}

export class StoredTrees {
  readonly #store: ObjectStore
  readonly #known = new Map<ObjectId, readonly ListedFile[]>()

  constructor(store: ObjectStore) {
    this.#store = store
  }

  /** The entry at each place, null if there is none. The trees have to be there. */
  async entriesAt(places: readonly PlaceInTree[]): Promise<readonly (ListedFile | null)[]> {
    const names = places.map(({ path }) => (path === '' ? [] : path.split('/')))
    let entries: (ListedFile | null)[] = places.map(({ tree, path }) => {
      return { path, mode: STORED_TREE, blob: tree }
    })
    const deepest = Math.max(0, ...names.map(({ length }) => length))
    for (let depth = 0; depth < deepest; depth++) {
      const isOpen = (_: unknown, at: number): boolean => depth < (names[at]?.length ?? 0)
      await this.#learn(entries.filter(isOpen).flatMap(each => treeOf(each) ?? []))
      entries = entries.map((entry, at) => {
        if (!isOpen(entry, at)) return entry
        const inside = this.#known.get(treeOf(entry) ?? '') ?? []
        return inside.find(({ path }) => path === names[at]?.[depth]) ?? null
      })
    }
    return entries.map((entry, at) => entry && { ...entry, path: places[at]?.path ?? '' })
  }

  /** The files below a tree, at any depth. Throws GITHUB_NOT_FOUND for an id that is not a tree. */
  async below(tree: ObjectId): Promise<readonly ListedFile[]> {
    if ((await this.#store.types([tree])).get(tree) !== 'tree')
      throw failure('GITHUB_NOT_FOUND', `Gitea does not have the tree ${tree}`)
    const files: ListedFile[] = []
    let seen = 0
    let folders: readonly ListedFile[] = [{ path: '', mode: STORED_TREE, blob: tree }]
    while (folders.length > 0) {
      await this.#learn(folders.map(({ blob }) => blob))
      const entries = folders.flatMap(folder =>
        (this.#known.get(folder.blob) ?? []).map(entry => ({
          ...entry,
          path: folder.path === '' ? entry.path : `${folder.path}/${entry.path}`,
        })),
      )
      seen += entries.length
      if (seen > MOST_ENTRIES)
        throw failure('GITHUB_ANSWER', `the tree ${tree} holds more than ${MOST_ENTRIES} entries`)
      files.push(...entries.filter(({ mode }) => mode !== STORED_TREE))
      folders = entries.filter(({ mode }) => mode === STORED_TREE)
    }
    return files
  }

  async #learn(trees: readonly ObjectId[]): Promise<void> {
    const missing = trees.filter(tree => !this.#known.has(tree))
    for (const [tree, bytes] of await this.#store.contents(missing, MOST_BYTES))
      this.#known.set(tree, entriesOf(Buffer.from(bytes)))
  }
}

function treeOf(entry: ListedFile | null): ObjectId | null {
  return entry?.mode === STORED_TREE ? entry.blob : null
}

/** The entries of a tree object: mode, a space, name, a zero byte, 20 bytes of the id (git's Documentation/gitformat, trees). */
function entriesOf(tree: Buffer): readonly ListedFile[] {
  const entries: ListedFile[] = []
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at)
    const end = tree.indexOf(0, space)
    const mode = tree.toString('latin1', at, space).padStart(6, '0')
    const blob = tree.toString('hex', end + 1, end + 21)
    entries.push({ path: nameOf(tree.subarray(space + 1, end)), mode, blob })
    at = end + 21
  }
  return entries
}

/** Names that are not UTF-8 keep their bytes. Otherwise two names could become one, and only the last file would be seen. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? `\uFFFD${bytes.toString('hex')}` : text
}
