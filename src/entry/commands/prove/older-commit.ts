// An answer of countersign prove about an older commit, after which something changed.
import { unplaced } from '../../../domain/problem.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import type { Reviewed } from '../../../workflows/prove/review-steps.ts'

const MOVED = /^APPROVAL_(?:FILE|CONFIG)_MOVED$/

/** Whether an older commit is refused only because something changed after it. */
export function isMoved(reviewed: Checked<Reviewed>): boolean {
  const problems = reviewed.ok
    ? reviewed.value.refused.flatMap(each => each.problems)
    : reviewed.problems
  return problems.some(({ code }) => MOVED.test(code))
}

/** An answer about the past is no approval of today. */
export function pastOnly(commit: string): Problem {
  return unplaced(
    'APPROVAL_FILE_MOVED',
    `this is what was approved at ${commit.slice(0, 7)}; the file or its configuration changed after it, and who may approve may have changed, too`,
    'leave --commit out for the newest commit',
  )
}
