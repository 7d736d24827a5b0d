// Check that the diff a reviewer saw covers the file: every line that differs from the last proved version.
import { byteLength, FILE_BYTES, tooLargeToLoad } from './diff-size-limits.ts'
import type { VisibilityFault } from './diff-size-limits.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison, ShownDiff, ShownFile } from '../../../domain/proof/shown-diff.ts'
import { lineRanges, uncoveredLines } from './uncovered-lines.ts'
import type { Background, ProofFacts, ProvedElsewhere, FileOrigin } from '../proof-facts.ts'
import { mergeBases } from '../merges/branch-history.ts'
import { shownLines } from './patch-hunks.ts'

/** A patch of so few changed lines has at most seven times as many lines, which GitHub loads by itself. */
const FEW_LINES = 50

/**
 * Null if the approval of `head`, compared with `base`, covers the file. Else APPROVAL_NOT_SHOWN; APPROVAL_HIDDEN if the diff is larger
 * than GitHub loads; APPROVAL_UNVERIFIABLE if GitHub no longer shows the diff, or it does not fit the file.
 */
export function notShownLines(
  pair: Comparison,
  question: FileOrigin,
  background: Background,
  pull: PullRequest,
  facts: ProofFacts,
): VisibilityFault | null {
  const { path, blob } = question
  if (isPlain(pair, question, background, pull, facts)) return null
  const diff = facts.shown(pair)
  if (diff === null) return unverifiable('GitHub no longer shows what was compared')
  const file = diff.files.find(each => each.path === path)
  if (blob === null) return removalFault(diff, question, pair)
  if (file === undefined) return notInDiff(question, pair, diff)
  const folded = tooLargeToLoad(file, diff, pull)
  if (folded !== null) return folded
  const moved = movedFrom(file, background)
  if (file.patch === null) return moved !== null && moved.blob === blob ? null : withoutPatch(file)
  const base = facts.blobAt({ commit: pair.base, path })
  const isWhole = file.status === 'added' || (file.status === 'modified' && base !== null)
  if (isWhole && background.proved !== null && base === background.proved.blob) return null
  const text = facts.textOf(blob)
  const shown = text === null ? null : shownLines(file.patch, text)
  if (text === null || shown === null)
    return unverifiable('the diff that GitHub shows does not fit the file')
  const before = moved?.blob ?? background.proved?.blob ?? null
  const proved = before === null ? null : facts.textOf(before)
  const open = uncoveredLines(proved, text, shown)
  return open.length === 0 ? null : uncovered(open, background)
}

/**
 * True if the pull request changes only this file, by few lines, from the last proved version: then its diff is exactly what has to be
 * covered, and GitHub need not be asked for it.
 */
function isPlain(
  { base, head }: Comparison,
  { path, blob, landing }: FileOrigin,
  { proved }: Background,
  { size, head: now, isTooLarge }: PullRequest,
  { blobAt, ancestry, textOf }: ProofFacts,
): boolean {
  if (isTooLarge || size.files !== 1 || size.additions + size.deletions > FEW_LINES) return false
  if (proved === null || proved.blob === null || blob === null || head !== now.commit) return false
  if (blobAt({ commit: base, path }) !== proved.blob || landing.before === null) return false
  const [merged, ...others] = mergeBases(ancestry, head, landing.before)
  if (merged !== base || others.length > 0) return false
  const [before, after] = [textOf(proved.blob), textOf(blob)]
  return before !== null && after !== null && byteLength(before) + byteLength(after) <= FILE_BYTES
}

/** The proved version under another path, if GitHub showed the file as renamed from there; else null. */
function movedFrom(
  { status, previousPath }: ShownFile,
  { proved, renamedFrom }: Background,
): ProvedElsewhere | null {
  // A proved version of this path is nearer than one of another path.
  if (status !== 'renamed' || (proved !== null && proved.blob !== null)) return null
  return renamedFrom?.find(({ path }) => path === previousPath) ?? null
}

/** The list of files is enough to show a removal; its lines do not matter. */
function removalFault(
  diff: ShownDiff,
  question: FileOrigin,
  pair: Comparison,
): VisibilityFault | null {
  const isSeen = diff.files.some(
    ({ path, previousPath, status }) =>
      (path === question.path && status === 'removed') ||
      (previousPath === question.path && status === 'renamed'),
  )
  return isSeen ? null : notInDiff(question, pair, diff)
}

function withoutPatch({ status, previousPath }: ShownFile): VisibilityFault {
  return status === 'renamed'
    ? notShown(`GitHub showed it as renamed from ${previousPath ?? 'elsewhere'}, without its lines`)
    : notShown('GitHub showed none of its lines')
}

function notInDiff(
  { path }: FileOrigin,
  { head }: Comparison,
  { isCut }: ShownDiff,
): VisibilityFault {
  return isCut
    ? hidden('the pull request has more files than GitHub shows (300)')
    : [
        'APPROVAL_NOT_SHOWN',
        `was given when ${path} was not among the changes (${head.slice(0, 7)})`,
      ]
}

function uncovered(lines: readonly number[], { proved }: Background): VisibilityFault {
  const which = `${lines.length === 1 ? 'line' : 'lines'} ${lineRanges(lines)}`
  return proved === null
    ? notShown(`the diff did not show ${which}, and no earlier version was approved`)
    : notShown(
        `the diff did not show ${which}, which changed since the last approved version (${proved.commit.slice(0, 7)})`,
      )
}

function notShown(why: string): VisibilityFault {
  return ['APPROVAL_NOT_SHOWN', `does not cover the file: ${why}`]
}

function hidden(why: string): VisibilityFault {
  return ['APPROVAL_HIDDEN', `does not cover the file: ${why}`]
}

function unverifiable(why: string): VisibilityFault {
  return ['APPROVAL_UNVERIFIABLE', `cannot be checked: ${why}`]
}
