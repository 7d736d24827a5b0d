// A problem for a person: place, severity, code, message; its line with carets below; the hint.
import { uniqueBy } from '../../domain/lists.ts'
import { sortProblems } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { CheckedCounts } from '../../domain/request/checked-counts.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { plain } from './terminal-colours.ts'
import type { Paint } from './terminal-colours.ts'
import { counted } from './plural-words.ts'
import { FEW, groupText, rowGroups } from './row-groups.ts'

const LONGEST_EXCERPT = 160

/** Whether it stops something. */
export type Severity = 'error' | 'warning'

/**
 * `requests/jane.yaml:9:12  error: REQUEST_USAGE_UNKNOWN  …`, with excerpt and hint below. Null leaves the severity out, for a
 * problem inside a sentence.
 */
export function problemText(
  problem: Problem,
  paint: Paint,
  severity: Severity | null = 'error',
): string {
  const { at, code, message, hint } = problem
  const colour = severity === 'warning' ? paint.warn : paint.bad
  const head = severity === null ? code : `${severity}: ${code}`
  const place = at === null ? '' : `${visible(at.file)}:${at.line}:${at.column}  `
  const lines = [`${paint.strong(place)}${colour(head)}  ${visible(message)}`]
  const gutter = at === null ? '  ' : ' '.repeat(String(at.line).length + 4)
  if (at !== null && at.excerpt !== null && at.excerpt.trim() !== '') {
    const excerpt = visible(at.excerpt.slice(0, LONGEST_EXCERPT))
    const before = visible(at.excerpt.slice(0, at.column - 1)).length
    const carets = '^'.repeat(Math.max(1, Math.min(at.length, excerpt.length - before)))
    lines.push(paint.dim(`   ${at.line} │ `) + excerpt)
    if (before < excerpt.length)
      lines.push(`${gutter}${paint.dim('│')} ${' '.repeat(before)}${colour(carets)}`)
  }
  if (hint !== null) {
    const [first = '', ...more] = hint.split('\n').map(visible)
    lines.push(`${gutter}${paint.dim('=')} ${first}`, ...more.map(line => `${gutter}  ${line}`))
  }
  return lines.join('\n')
}

/** What differs between any two signed orphans. `-o json` has it for each. */
const DIGEST = /(?<= is signed) \(SHA-256 [^)]*\)/

/** Sorted by place. Many that differ by their file only, or by the name of a CertificateSigningRequest of ours, are one. */
export function problemsText(
  problems: readonly Problem[],
  paint: Paint,
  severity: Severity = 'error',
): string {
  const rows = sortProblems(problems).map(problem => {
    const shortened = (text: string): string =>
      problems.length > FEW ? text.replace(DIGEST, '') : text
    return {
      name: visible(problem.at?.file ?? /^cs-\S+/.exec(problem.message)?.[0] ?? ''),
      things: problem.at === null ? 'requests' : 'files',
      cells: [shortened(problemText(problem, plain, severity))],
      painted: shortened(problemText(problem, paint, severity)),
    }
  })
  const once = uniqueBy(rows, ({ painted }) => painted)
  return rowGroups(once)
    .map(group => {
      const [first, second] = group.rows
      return second === undefined ? first.painted : groupText(group, '', first.things)
    })
    .join('\n')
}

/** `2 problems in 1 of 14 files, 1 warning`; without the files if no problem has a place in one. */
export function problemCountText(
  problems: readonly Problem[],
  files: number,
  warnings: readonly Problem[],
): string {
  const faulty = new Set(problems.flatMap(({ at }) => (at === null ? [] : [at.file]))).size
  const where = faulty === 0 ? '' : ` in ${faulty} of ${counted(files, 'file')}`
  return `${counted(problems.length, 'problem')}${where}${warningCount(warnings)}`
}

/** `OK: 2 requests, 4 policies, 1 configuration`. */
export function checkedText(
  { requests, policies, configurations, inventories }: CheckedCounts,
  warnings: readonly Problem[],
): string {
  const rules =
    configurations === 0
      ? '; no configuration was found, so no policy was applied'
      : `, ${counted(policies, 'policy', 'policies')}, ${counted(configurations, 'configuration')}`
  const nodes =
    inventories === 0 ? '' : `, ${counted(inventories, 'file')} of the inventory of nodes`
  return `OK: ${counted(requests, 'request')}${rules}${nodes}${warningCount(warnings)}`
}

function warningCount(warnings: readonly Problem[]): string {
  return warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`
}

/**
 * Code, place, message and hint on one line; `isBrief`: the code and the hint, which many requests share. Commands of several lines cannot
 * be pasted from it.
 */
export function problemLine({ code, message, hint, at }: Problem, isBrief = false): string {
  const where = at === null ? '' : `${at.file}:${at.line} `
  const isLong = hint?.trimEnd().includes('\n') === true
  const way = isLong ? 'countersign plan prints the commands' : hint
  const whole = `${where}${message}${way === null ? '' : `; ${way}`}`
  return `${code}: ${isBrief ? (hint ?? message) : whole}`.replaceAll(/\s*\n\s*/g, ' ')
}
