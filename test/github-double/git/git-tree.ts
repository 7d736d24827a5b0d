// Trees ⇄ files: a tree as a flat map from path to mode and object, and back.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { put, treeEntries } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import type { TreeEntryState } from '../state.ts'

export interface FileEntry {
  /** 100644, 100755, 120000 or 160000. */
  readonly mode: string
  readonly id: ObjectId
}

/** Path → file, without folders. */
export type Files = ReadonlyMap<string, FileEntry>

const FOLDER = '40000'
const NO_FILES: Files = new Map()

/** A cache of flat trees; objects never change. */
const READ = new WeakMap<Objects, Map<ObjectId, Files>>()

/** The files below a tree at any depth; null is the empty tree. */
export function filesOf(objects: Objects, tree: ObjectId | null): Files {
  if (tree === null) return NO_FILES
  const read = READ.get(objects) ?? new Map<ObjectId, Files>()
  READ.set(objects, read)
  const known = read.get(tree)
  if (known !== undefined) return known
  const files = new Map<string, FileEntry>()
  for (const entry of treeEntries(objects, tree)) {
    if (entry.mode === FOLDER) {
      for (const [path, file] of filesOf(objects, entry.id))
        files.set(`${entry.name}/${path}`, file)
    } else files.set(entry.name, { mode: entry.mode, id: entry.id })
  }
  read.set(tree, files)
  return files
}

/** Creates the tree (with its folders) of the files. */
export function putTree(objects: Objects, files: Files): ObjectId {
  const entries: TreeEntryState[] = []
  const folders = new Map<string, Map<string, FileEntry>>()
  for (const [path, file] of files) {
    const slash = path.indexOf('/')
    if (slash === -1) entries.push({ name: path, mode: file.mode, id: file.id })
    else {
      const name = path.slice(0, slash)
      const folder = folders.get(name) ?? new Map<string, FileEntry>()
      folders.set(name, folder.set(path.slice(slash + 1), file))
    }
  }
  for (const [name, inside] of folders)
    entries.push({ name, mode: FOLDER, id: putTree(objects, inside) })
  return put(objects, { kind: 'tree', entries })
}

/** The entry at a path of a tree, file or folder; null if there is none. The empty path is the tree itself. */
export function entryAt(objects: Objects, tree: ObjectId, path: string): FileEntry | null {
  let at: FileEntry = { mode: FOLDER, id: tree }
  for (const name of path === '' ? [] : path.split('/')) {
    if (at.mode !== FOLDER) return null
    const next = treeEntries(objects, at.id).find(entry => entry.name === name)
    if (next === undefined) return null
    at = next
  }
  return at
}
