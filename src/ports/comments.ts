// The port for the comments that countersign keeps on pull requests.
import type { MarkedComment } from '../domain/proof/marked-comment.ts'

/** The comments that an earlier process has read. */
export interface KnownComments {
  /** Comments that did not change since this time are left out; null for all. */
  readonly since: Date | null
  /** ETag of the earlier answer for the same `since`, null if there is none. */
  readonly etag: string | null
}

export interface RecentComments {
  readonly comments: readonly MarkedComment[]
  /** Null if GitHub gave none. */
  readonly etag: string | null
}

/**
 * The comments that countersign keeps on pull requests: one of each kind, found by its marker and its author. Every method throws
 * GITHUB_ codes.
 */
export interface Comments {
  /** Returns the text of our newest comment that begins with the marker, null if there is none. */
  find(pullRequest: number, marker: string): Promise<string | null>
  /**
   * Returns the comments that begin with the marker, newest first; empty if there are none. The caller must check the content:
   * anyone may have written it.
   */
  marked(pullRequest: number, marker: string): Promise<readonly MarkedComment[]>
  /**
   * Returns the same comments of the whole repository, last changed first. It reads pages of 100 comments until `isEnough` accepts
   * one, at most 10 pages. Null if nothing changed since `known.etag`.
   */
  recentMarked(
    marker: string,
    known: KnownComments,
    isEnough: (comment: MarkedComment) => boolean,
  ): Promise<RecentComments | null>
  /** Reads the comments of many pull requests at once. `find`, `marked` and the next `write` on each of them use the result. */
  lookAt(pullRequests: readonly number[]): Promise<void>
  /**
   * Writes our comment, or rewrites it if its text differs. `body` begins with the marker. Returns the address of the comment for
   * people.
   */
  write(pullRequest: number, marker: string, body: string): Promise<string>
}
