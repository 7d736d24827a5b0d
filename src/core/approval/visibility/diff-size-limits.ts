// Size limits of diffs: GitHub does not load a larger diff by itself (GitHub Docs, repository limits, "Diff limits").
import { GONE } from '../../../domain/proof/git-history.ts'
import type { Code } from '../../../domain/problem-codes.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { ShownDiff, ShownFile } from '../../../domain/proof/shown-diff.ts'
import type { ProofFacts, TextSize } from '../proof-facts.ts'

/** Why an approval does not count; the text continues "the approval of LOGIN ". */
export type VisibilityFault = readonly [Code, string]

/** Limits of the patch of one file, and of all files of a pull request. */
const FILE_LINES = 400
const FILE_BYTES = 20_000
const ALL_LINES = 20_000
const ALL_BYTES = 1_000_000

/**
 * APPROVAL_HIDDEN if the patch of the file, or all patches together, are larger than GitHub loads by itself; else null. `size`: what GitHub
 * counts for the whole diff; null if it counts another one.
 */
export function tooLargeToLoad(
  file: ShownFile,
  diff: ShownDiff,
  size: PullRequest['size'] | null,
  facts: Pick<ProofFacts, 'fileAt' | 'sizeOf'>,
): VisibilityFault | null {
  const { files, head } = diff
  const lines = file.patch?.split('\n').length ?? 0
  const bytes = byteLength(file.patch ?? '')
  if (lines > FILE_LINES || bytes > FILE_BYTES)
    return tooLarge(
      `its diff has ${lines} lines and ${bytes} bytes, and GitHub loads ${FILE_LINES} lines and 20 KB by itself`,
    )
  const uncounted = files.filter(({ status, patch }) => status !== 'unchanged' && patch === null)
  const sizes = uncounted.map(each => sizeWithoutPatch(each, diff, facts))
  const unknown = uncounted[sizes.indexOf(null)]
  if (unknown !== undefined)
    return tooLarge(
      `GitHub counts no lines of ${unknown.path} at ${head.slice(0, 7)}, so how large the whole diff was is unknown`,
    )
  if (diff.isCut && size === null)
    return tooLarge(
      `GitHub lists not all files at ${head.slice(0, 7)}, so how large the whole diff was is unknown`,
    )
  const listed = files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0)
  // Files beyond the limit have no counts.
  const counted = size === null ? 0 : size.additions + size.deletions
  const others = sizes.reduce((sum, each) => sum + (each?.lines ?? 0), 0)
  const allLines = Math.max(listed + others, counted)
  const allBytes =
    files.reduce((sum, { patch }) => sum + byteLength(patch ?? ''), 0) +
    sizes.reduce((sum, each) => sum + (each?.bytes ?? 0), 0)
  if (allLines > ALL_LINES || allBytes > ALL_BYTES)
    return tooLarge('the whole diff is larger than GitHub loads (20,000 lines or 1 MB)')
  return null
}

/** As much as the patch of the file can have: all of it before and after. None for the same bytes; null if a version is gone. */
function sizeWithoutPatch(
  { path, previousPath }: ShownFile,
  { base, head }: ShownDiff,
  { fileAt, sizeOf }: Pick<ProofFacts, 'fileAt' | 'sizeOf'>,
): TextSize | null {
  const before = fileAt({ commit: base, path: previousPath ?? path })
  const after = fileAt({ commit: head, path })
  if (before === after && before !== GONE) return NOTHING
  const sizes = [before, after].map(blob =>
    blob === null ? NOTHING : blob === undefined || blob === GONE ? null : sizeOf(blob),
  )
  const [was, is] = sizes
  if (!was || !is) return null
  return { lines: was.lines + is.lines, bytes: was.bytes + is.bytes }
}

const NOTHING: TextSize = { lines: 0, bytes: 0 }

function tooLarge(why: string): VisibilityFault {
  return ['APPROVAL_HIDDEN', `does not cover the file: ${why}`]
}

/** Bytes of a text in UTF-8. */
function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
