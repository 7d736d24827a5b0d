// Git history from GitHub's API: commits, objects in their trees, and moves of branches.
import type { Account } from './account.ts'

/** 40 hex digits. */
export type ObjectId = string

export interface Commit {
  readonly id: ObjectId
  /** First parent first: on the default branch this is the previous tip. */
  readonly parents: readonly ObjectId[]
  /** Blob or tree at each watched path of this commit (`objectIn`). A missing path is absent from the map. */
  readonly objects: ReadonlyMap<string, ObjectId>
}

/** Every commit reachable from given tips. It is complete down to the roots, or not provided at all. */
export type Ancestry = ReadonlyMap<ObjectId, Commit>

/** A file below a tree; `path` is relative to that tree. Submodules and links are files with their own mode. */
export interface ListedFile {
  readonly path: string
  readonly mode: string
  readonly blob: ObjectId
}

/** The id of a regular file or a folder. A link or a submodule is another object than a file of the same bytes: its mode is part of it. */
export function objectIn({ mode, blob }: Pick<ListedFile, 'mode' | 'blob'>): ObjectId {
  return mode.startsWith('100') || mode === TREE_MODE ? blob : `${mode} ${blob}`
}

/** The bytes of such an object. */
export function bytesOfObject(object: ObjectId): ObjectId {
  return object.slice(object.indexOf(' ') + 1)
}

const TREE_MODE = '040000'

/** A path in a commit. */
export interface FileAt {
  readonly commit: ObjectId
  readonly path: string
}

/** The object at a path of a commit: a blob, nothing (`null`), or `GONE` if GitHub no longer has the commit. */
export type BlobAt = ObjectId | null

/** Never the id of an object. */
export const GONE = 'gone'

/** Answers for the requested files. Throws for any other file, since unknown must not count as absent. */
export type BlobsAt = (file: FileAt) => BlobAt

/** One move of a branch, from GitHub's activity. The server recorded it, unlike the dates in commits. */
export interface BranchMove {
  readonly at: Date
  /** When it happened at the earliest, if a server writes it later; else at that time. */
  readonly earliest?: Date
  /** Null if the account is gone or GitHub does not say. */
  readonly by: Account | null
  /** Null if this move created the branch. */
  readonly before: ObjectId | null
  /** Null if this move deleted the branch. */
  readonly after: ObjectId | null
  readonly kind:
    | 'push'
    | 'forcePush'
    | 'branchCreation'
    | 'branchDeletion'
    | 'pullRequestMerge'
    | 'mergeQueueMerge'
}
