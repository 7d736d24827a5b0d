// A problem for a person: place, code, message; its line with carets below; the hint.
import { sortProblems } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Paint } from './terminal-colours.ts'
import { visible } from './plural-words.ts'

const LONGEST_EXCERPT = 160

export function problemText(problem: Problem, paint: Paint): string {
  const { at, code, message, hint } = problem
  const place = at === null ? '' : `${visible(at.file)}:${at.line}:${at.column}  `
  const lines = [`${paint.strong(place)}${paint.bad(code)}  ${visible(message)}`]
  const gutter = at === null ? '  ' : ' '.repeat(String(at.line).length + 4)
  if (at !== null && at.excerpt !== null && at.excerpt.trim() !== '') {
    const excerpt = visible(at.excerpt.slice(0, LONGEST_EXCERPT))
    const before = visible(at.excerpt.slice(0, at.column - 1)).length
    const carets = '^'.repeat(Math.max(1, Math.min(at.length, excerpt.length - before)))
    lines.push(paint.dim(`   ${at.line} │ `) + excerpt)
    if (before < excerpt.length)
      lines.push(`${gutter}${paint.dim('│')} ${' '.repeat(before)}${paint.bad(carets)}`)
  }
  if (hint !== null) {
    const [first = '', ...more] = hint.split('\n').map(visible)
    lines.push(`${gutter}${paint.dim('=')} ${first}`, ...more.map(line => `${gutter}  ${line}`))
  }
  return lines.join('\n')
}

export function problemsText(problems: readonly Problem[], paint: Paint): string {
  return sortProblems(problems)
    .map(problem => problemText(problem, paint))
    .join('\n')
}

/** `2 problems in 1 of 14 files`; without the files if no problem has a place in one. */
export function problemCount(problems: readonly Problem[], files: number): string {
  const faulty = new Set(problems.flatMap(({ at }) => (at === null ? [] : [at.file]))).size
  const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  if (faulty === 0) return many
  return `${many} in ${faulty} of ${files} ${files === 1 ? 'file' : 'files'}`
}
