// The files of one state of the repository, and earlier states of a file.
import type { RequestFile } from '../domain/request/request.ts'

/** The files of one state of the repository: a work tree, or one commit. */
export interface RepositoryFiles {
  /** What is read, for people: `work tree`, or a commit id. */
  readonly description: string
  /** One file, null where there is none. */
  read(path: string): Promise<RequestFile | null>
  /**
   * Every file below a folder, sorted by path; symbolic links are listed, not followed. Null where there is no such folder
   * (a commit has no empty folders, and lists nothing).
   */
  list(folder: string): Promise<readonly RequestFile[] | null>
}

/** Earlier states of a file, from the history that HEAD leads back to. */
export interface PastFiles {
  /** What stood at the path, newest first; empty where there is no such history. */
  of(path: string): Promise<readonly RequestFile[]>
}
