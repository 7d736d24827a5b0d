// The ports for the files of one state of the repository, and for earlier states of a file.
import type { RequestFile } from '../domain/request/request.ts'

/**
 * The files of one state of the repository: a work tree, or one commit. Every method throws RUN_FILES, RUN_GIT or GITHUB_ codes for
 * what cannot be read. Files above 1 MiB are not read whole: only enough bytes to show that they are too large.
 */
export interface RepositoryFiles {
  /** The source in words for people: `working tree`, or the commit. */
  readonly description: string
  /** Returns one file, null if there is none. */
  read(path: string): Promise<RequestFile | null>
  /**
   * Returns every file below a folder, sorted by path; symbolic links are listed, not followed. Null if there is no such folder. A
   * commit has no empty folders, so it returns an empty list instead.
   */
  list(folder: string): Promise<readonly RequestFile[] | null>
}

/** Earlier states of a file, from the history of HEAD. */
export interface PastFiles {
  /**
   * Returns the different states of a path, newest first; empty if there is no history. It goes at most 200 changes back along
   * first parents. Throws RUN_GIT.
   */
  of(path: string): Promise<readonly RequestFile[]>
}
