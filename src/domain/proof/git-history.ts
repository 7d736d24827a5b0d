// The git history as GitHub's API gives it: commits, what stands in their trees, and who moved a branch.
import type { Account } from './account.ts'

/** 40 hex digits. */
export type ObjectId = string

export interface Commit {
  readonly id: ObjectId
  /** First parent first: on the default branch that is what the branch held before. */
  readonly parents: readonly ObjectId[]
  /** Blob or tree at each watched path of this commit; a path that is not there is absent from the map. */
  readonly objects: ReadonlyMap<string, ObjectId>
}

/** Every commit that can be reached from some tips: complete down to the roots, or it is not given at all. */
export type Ancestry = ReadonlyMap<ObjectId, Commit>

/** A file below some tree; `path` is relative to that tree. Submodules and links are files with their own mode. */
export interface ListedFile {
  readonly path: string
  readonly mode: string
  readonly blob: ObjectId
}

/** A path in a commit. */
export interface FileAt {
  readonly commit: ObjectId
  readonly path: string
}

/** What stands at a path of a commit: a blob, nothing (`null`), or `GONE` where GitHub no longer has the commit. */
export type BlobAt = ObjectId | null

/** Never the id of an object. */
export const GONE = 'gone'

/** Answers for the files that were asked for; throws for one that was not, since that is never "absent". */
export type BlobsAt = (file: FileAt) => BlobAt

/** One move of a branch, from GitHub's activity: facts of the server, unlike the dates in commits. */
export interface BranchMove {
  readonly at: Date
  /** Null where the account is gone or GitHub does not say. */
  readonly by: Account | null
  /** Null where the branch was made by this move. */
  readonly before: ObjectId | null
  /** Null where the branch was deleted by this move. */
  readonly after: ObjectId | null
  readonly kind:
    | 'push'
    | 'forcePush'
    | 'branchCreation'
    | 'branchDeletion'
    | 'pullRequestMerge'
    | 'mergeQueueMerge'
}
