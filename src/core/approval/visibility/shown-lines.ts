// Check that the diff a reviewer saw covers the file: every line that differs from the last proved version.
import { diffArrays } from 'diff'
import { GONE } from '../../../domain/proof/git-history.ts'
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import type { Comparison, ShownDiff, ShownFile } from '../../../domain/proof/shown-diff.ts'
import type { Background, ProofFacts, ProvedElsewhere, FileOrigin } from '../proof-facts.ts'
import { mergeBases } from '../merges/branch-history.ts'
import { tooLargeToLoad } from './diff-size-limits.ts'
import type { VisibilityFault } from './diff-size-limits.ts'
import { linesWithEnds, shownLines } from './patch-hunks.ts'

/**
 * Null if the approval of `head`, compared with `base`, covers the file. Else APPROVAL_NOT_SHOWN; APPROVAL_HIDDEN if the diff is larger
 * than GitHub loads; APPROVAL_UNVERIFIABLE if GitHub no longer shows the diff, or it does not make the file out of its base.
 */
export function notShownLines(
  pair: Comparison,
  question: FileOrigin,
  background: Background,
  pull: PullRequest,
  facts: ProofFacts,
): VisibilityFault | null {
  const { path, blob } = question
  const diff = facts.diffOf(pair)
  if (diff === null) return unverifiable('GitHub no longer shows what was compared')
  if (blob === null) return removalFault(diff, question, pair)
  const file = diff.files.find(each => each.path === path)
  if (file === undefined) return notInDiff(question, pair, diff)
  // GitHub counts the whole pull request as it was merged.
  const { before: below } = question.landing
  const bases = below === null ? [] : mergeBases(facts.ancestry, pair.head, below)
  const isMerged = pair.head === pull.head.commit && bases.includes(pair.base)
  const folded = tooLargeToLoad(file, diff, isMerged ? pull.size : null, facts)
  if (folded !== null) return folded
  const { status, previousPath, patch } = file
  const base =
    status === 'added' ? null : facts.fileAt({ commit: pair.base, path: previousPath ?? path })
  // Only a rename of the same bytes has no patch. It shows nothing new.
  const isPureRename = patch === null && status === 'renamed' && base === blob
  if (patch === null && !isPureRename) return withoutPatch(file)
  const text = facts.textOf(blob)
  const before = base === null || base === GONE ? '' : facts.textOf(base)
  const shown =
    text === null || before === null
      ? null
      : patch === null
        ? linesWithEnds(text).map(() => false)
        : shownLines(patch, before, text)
  if (text === null || shown === null)
    return unverifiable('the diff that GitHub shows does not fit the file')
  const moved = movedFrom(file, background)
  const proved = moved ?? background.proved
  if (proved !== null && proved.blob === base) return null
  const provedText = proved === null || proved.blob === null ? null : facts.textOf(proved.blob)
  const open = uncoveredLines(provedText, text, shown)
  if (open.length === 0) return null
  return isPureRename ? withoutPatch(file) : uncovered(open, background)
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
    ? [
        'APPROVAL_HIDDEN',
        'does not cover the file: the pull request has more files than GitHub shows (300)',
      ]
    : [
        'APPROVAL_NOT_SHOWN',
        `was given when ${path} was not among the changes (${head.slice(0, 7)})`,
      ]
}

function uncovered(lines: readonly number[], { proved }: Background): VisibilityFault {
  const which = `${lines.length === 1 ? 'line' : 'lines'} ${lineRanges(lines)}`
  return proved === null
    ? notShown(
        `the diff did not show ${which}, and no earlier version was approved while it was allowed`,
      )
    : notShown(
        `the diff did not show ${which}, which changed since the last approved version (${proved.commit.slice(0, 7)})`,
      )
}

function notShown(why: string): VisibilityFault {
  return ['APPROVAL_NOT_SHOWN', `does not cover the file: ${why}`]
}

function unverifiable(why: string): VisibilityFault {
  return ['APPROVAL_UNVERIFIABLE', `cannot be checked: ${why}`]
}

// Lines of a new text that an approval has to cover and does not: they differ from the last proved version and were not shown.
// For removed lines both neighbours have to be shown.

/** Texts with more differences than this count as different in every line. */
const MOST_DIFFERENCES = 4000

/**
 * Numbers (from 1) of the lines of `text` that are not covered, in order; empty if all are, and for an empty text. A removal at the end
 * counts for the last line. `proved` null: there is no proved version, so every line has to be shown.
 */
export function uncoveredLines(
  proved: string | null,
  text: string,
  isShown: readonly boolean[],
): readonly number[] {
  const lines = linesWithEnds(text)
  const open = new Set<number>()
  const need = (line: number): void => {
    if (line >= 0 && line < lines.length && isShown[line] !== true) open.add(line + 1)
  }
  if (proved === null) {
    lines.forEach((_, line) => need(line))
    return [...open]
  }
  const changes = diffArrays([...linesWithEnds(proved)], [...lines], {
    maxEditLength: MOST_DIFFERENCES,
  })
  if (changes === undefined) return uncoveredLines(null, text, isShown)
  let line = 0
  changes.forEach(({ added, removed, count }, at) => {
    if (removed) {
      // A removal comes before the lines that replace it. If there are at least as many of those, they show it.
      const next = changes[at + 1]
      const replaced = next?.added === true ? next.count : 0
      if (count <= replaced) return
      need(line - 1)
      need(line + replaced)
      return
    }
    if (added) for (let each = line; each < line + count; each++) need(each)
    line += count
  })
  return [...open].toSorted((a, b) => a - b)
}

/** Ascending line numbers as text: `7`, `7-9`, `1-3, 7`. */
export function lineRanges(lines: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === line - 1) last[1] = line
    else ranges.push([line, line])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}
