// A line of YAML at the wrong column: better columns are found by trying those of the lines above.
import { parseDocument } from 'yaml'
import type { Problem } from '../../domain/problem.ts'
import type { SourceText } from './text-position.ts'
import { placeAt } from './text-position.ts'

// Beyond these, the attempts would take too long.
const MOST_CHARACTERS = 65_536
const MOST_COLUMNS = 8

/** A problem at the line of the offset, or at the next one if the parser stopped in the value before it; null if no other column helps. */
export function misplacedLine(source: SourceText, offset: number): Problem | null {
  const lines = source.text.split('\n')
  const { line: number, column } = placeAt(source, offset)
  const isInside = (lines[number - 1] ?? '').slice(0, column - 1).trim() !== ''
  const index = lines.findIndex(
    (each, at) => at >= (isInside ? number : number - 1) && /^\s*[^\s#]/.test(each),
  )
  const text = lines[index]?.trim()
  if (text === undefined || source.text.length > MOST_CHARACTERS) return null
  const now = indentOf(lines[index])
  const at = placeAt(source, (source.lineStarts[index] ?? 0) + now)
  const says = (message: string, hint: string): Problem => ({
    code: 'FILE_YAML',
    at,
    message,
    hint,
  })
  if (/^-\w/.test(text))
    return says('a list item begins with "-" and a space', `write "${text.replace('-', '- ')}"`)
  const above = lines
    .slice(0, index)
    .flatMap(line => [indentOf(line), line.search(/(?<=^\s*- +)\S/)])
  const distance = (to: number): number => Math.abs(to - now)
  const helping = [...new Set(above)]
    .filter(to => to >= 0 && to !== now)
    .toSorted((one, other) => distance(one) - distance(other))
    .slice(0, MOST_COLUMNS)
    .filter(to => isReadable(lines, index, to))
  const nearest = helping.filter(to => distance(to) === distance(helping[0] ?? to))
  if (nearest.length === 0) return null
  const examples = nearest.map(to => `${to}: "${' '.repeat(to)}${text}"`).join(', or by ')
  const message = `this line is indented by ${now}, which does not fit the lines above`
  return says(message, `indent it by ${examples}`)
}

function indentOf(line = ''): number {
  return line.search(/\S|$/)
}

/** Whether the text is YAML with this line, the deeper ones below it and those of its kind at another column. */
function isReadable(lines: readonly string[], index: number, to: number): boolean {
  const now = indentOf(lines[index])
  const isItem = (at: number): boolean => /^\s*-(?:\s|$)/.test(lines[at] ?? '')
  const end = lines.findIndex((line, at) => {
    const isAlike = indentOf(line) === now && isItem(at) === isItem(index)
    return at > index && line.trim() !== '' && indentOf(line) <= now && !isAlike
  })
  const moved = lines.map((line, at) =>
    at < index || (end !== -1 && at >= end) || line.trim() === ''
      ? line
      : ' '.repeat(indentOf(line) + to - now) + line.trimStart(),
  )
  return parseDocument(moved.join('\n')).errors.every(({ code }) => code === 'DUPLICATE_KEY')
}
