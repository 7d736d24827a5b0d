// The diff that GitHub shows a reviewer between the merge base and a head: the files of "Files changed", with their hunks.
import type { ObjectId } from './git-history.ts'

export interface Comparison {
  /** The merge base of both commits. */
  readonly base: ObjectId
  readonly head: ObjectId
}

/** Key of a pair in a map. */
export function comparisonKey({ base, head }: Comparison): string {
  return `${base}...${head}`
}

export interface ShownDiff extends Comparison {
  /** At most 300. `isCut` says that there may be more. */
  readonly files: readonly ShownFile[]
  readonly isCut: boolean
}

export interface ShownFile {
  readonly path: string
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged'
  /** The source of a renamed or copied file, null for all others. */
  readonly previousPath: string | null
  readonly additions: number
  readonly deletions: number
  /** Unified hunks with three lines of context and no file header; null if GitHub gives none (binary, pure rename, too large). */
  readonly patch: string | null
}
