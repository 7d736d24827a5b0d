// A line of YAML at the wrong column: better columns are found by trying those of the lines above.
import { parseDocument } from 'yaml'
import type { Problem } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt } from './text-position.ts'

/** A problem at the line of the offset, or at the next one if the parser stopped in the value before it; null if no other column helps. */
export function misplacedLine(source: SourceText, offset: number): Problem | null {
  const lines = source.text.split('\n')
  const { line, column } = placeAt(source, offset)
  const from = (lines[line - 1] ?? '').slice(0, column - 1).trim() === '' ? line - 1 : line
  const index = lines.findIndex((each, at) => at >= from && /^\s*[^\s#]/.test(each))
  const text = lines[index]?.trim()
  // Each attempt reads the whole text.
  if (text === undefined || lines.length > 2000) return null
  const now = indentOf(lines[index])
  const at = placeAt(source, (source.lineStarts[index] ?? 0) + now)
  const above = lines
    .slice(0, index)
    .flatMap(each => [indentOf(each), each.search(/(?<=^\s*- +)\S/)])
  const nearest = [...new Set(above)]
    .filter(to => to >= 0 && to !== now)
    .toSorted((one, other) => Math.abs(one - now) - Math.abs(other - now))
    .slice(0, 8)
    .filter(to => isReadable(lines, index, to))
    .filter((to, _, [first = to]) => Math.abs(to - now) === Math.abs(first - now))
  const examples = nearest.map(to => `${to}: "${' '.repeat(to)}${text}"`).join(', or by ')
  const isTight = /^-\w/.test(text)
  const misfit = examples === '' ? null : `indent it by ${examples}`
  const hint = isTight ? `write "${text.replace('-', '- ')}"` : misfit
  const message = isTight
    ? 'a list item begins with "-" and a space'
    : `this line is indented by ${now}, which does not fit the lines above`
  return hint === null ? null : { code: 'FILE_YAML', at, message, hint }
}

function indentOf(line = ''): number {
  return line.search(/\S|$/)
}

/** Whether the text is YAML with this line, the deeper ones below it and those of its kind at another column. */
function isReadable(lines: readonly string[], index: number, to: number): boolean {
  const now = indentOf(lines[index])
  const isItem = (line = ''): boolean => /^\s*-(?:\s|$)/.test(line)
  let isMoved = false
  const moved = lines.map((line, at) => {
    const isAlike = indentOf(line) === now && isItem(line) === isItem(lines[index])
    isMoved = at === index || (isMoved && (line.trim() === '' || indentOf(line) > now || isAlike))
    return isMoved ? ' '.repeat(Math.max(0, indentOf(line) + to - now)) + line.trimStart() : line
  })
  return parseDocument(moved.join('\n')).errors.every(({ code }) => code === 'DUPLICATE_KEY')
}
