// Changes to files in the form of tests, on top of the files of a commit.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { put } from './git-objects.ts'
import type { Objects } from './git-objects.ts'
import type { FileEntry, Files } from './git-tree.ts'
import { ask } from '../refusal.ts'

/** Text or bytes of a file, null for a removal, content with its own mode (100755, 120000), or a submodule. */
export type FileChange =
  | string
  | Uint8Array
  | null
  | { readonly bytes: string | Uint8Array; readonly mode: string }
  | { readonly submodule: ObjectId }

/** Path → content. */
export type FileChanges = Readonly<Record<string, FileChange>>

const MODES = new Set(['100644', '100755', '120000'])

/** The files after the changes. As in a work tree, a file replaces a folder of its name, and the reverse. */
export function withChanges(objects: Objects, files: Files, changes: FileChanges): Files {
  const changed = new Map(files)
  for (const [path, change] of Object.entries(changes)) {
    askPath(path)
    if (change === null) changed.delete(path)
    else {
      makeRoom(changed, path)
      changed.set(path, entryOf(objects, change))
    }
  }
  return changed
}

function entryOf(objects: Objects, change: Exclude<FileChange, null>): FileEntry {
  if (typeof change === 'string' || change instanceof Uint8Array)
    return { mode: '100644', id: putBlob(objects, change) }
  if ('submodule' in change) return { mode: '160000', id: change.submodule }
  ask(MODES.has(change.mode), 422, `${change.mode} is not a mode of a file`)
  return { mode: change.mode, id: putBlob(objects, change.bytes) }
}

/** A copy, so that a caller cannot change an object later. */
function putBlob(objects: Objects, content: string | Uint8Array): ObjectId {
  return put(objects, { kind: 'blob', bytes: Uint8Array.from(Buffer.from(content)) })
}

function makeRoom(files: Map<string, FileEntry>, path: string): void {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1))
    files.delete(path.slice(0, slash))
  for (const other of files.keys()) if (other.startsWith(`${path}/`)) files.delete(other)
}

/** Names that git refuses in a tree (git-fsck: fullPathname, hasDot, hasDotdot, hasDotgit). */
function askPath(path: string): void {
  const isFine = path
    .split('/')
    .every(name => !['', '.', '..', '.git'].includes(name.toLowerCase()))
  ask(isFine && !path.includes('\0'), 422, `${path} cannot be a path in a tree`)
}
