// What a reader of a document does, in order: commands of `sh` and `console` blocks, files of YAML blocks, actions of other people.
import { textOf } from '../documents.ts'
import { placeNamed } from './reader-places.ts'
import type { Place } from './reader-places.ts'

export interface CommandStep {
  readonly kind: 'command'
  readonly line: number
  readonly text: string
  /** The printed lines as the page shows them; null if it shows none. */
  readonly printed: string | null
  readonly exitCode: number
  /** It keeps running, in a terminal of its own. */
  readonly isSecondTerminal: boolean
}

export type PageStep =
  | CommandStep
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  | { readonly kind: 'deed'; readonly line: number; readonly text: string }
  | {
      readonly kind: 'left out'
      readonly line: number
      readonly text: string
      readonly reason: string
    }

export interface Page {
  readonly path: string
  readonly place: Place
  readonly steps: readonly PageStep[]
}

interface Marks {
  reason: string | null
  exitCode: number
  isSecondTerminal: boolean
}

const PART = /^<!-- ([^]*?) -->$|^```(\w*)\n([^]*?)^```$/gm
const FILE = /^# ([\w./-]+\.(?:ya?ml|cnf))\n/

export function pageOf(path: string): Page {
  return { path, ...stepsIn(textOf(path)) }
}

/** Place and steps of the text of a page. */
export function stepsIn(document: string): Omit<Page, 'path'> {
  const steps: PageStep[] = []
  let place: Place = 'folder'
  let marks = noMarks()
  for (const match of document.matchAll(PART)) {
    const [, comment, language = '', body = ''] = match
    const line = document.slice(0, match.index).split('\n').length
    if (comment !== undefined) {
      place = placeIn(comment) ?? place
      const deed = /^deed: (.+)$/s.exec(comment)?.[1]
      if (deed !== undefined) steps.push({ kind: 'deed', line, text: deed })
      mark(marks, comment)
      continue
    }
    steps.push(...stepsOf(language, body, line + 1, marks))
    marks = noMarks()
  }
  return { place, steps }
}

function noMarks(): Marks {
  return { reason: null, exitCode: 0, isSecondTerminal: false }
}

function placeIn(comment: string): Place | null {
  const name = /^reader: (.+)$/.exec(comment)?.[1]
  return name === undefined ? null : placeNamed(name)
}

function mark(marks: Marks, comment: string): void {
  marks.reason = /^not run: (.+)$/s.exec(comment)?.[1] ?? marks.reason
  marks.exitCode = Number(/^exit code (\d+)$/.exec(comment)?.[1] ?? marks.exitCode)
  marks.isSecondTerminal ||= comment === 'second terminal'
}

function stepsOf(language: string, body: string, line: number, marks: Marks): PageStep[] {
  const { reason, exitCode, isSecondTerminal } = marks
  if (language === 'sh' || language === 'console') {
    if (reason !== null) return [{ kind: 'left out', line, text: body, reason }]
    const more = { exitCode, isSecondTerminal }
    return (language === 'sh' ? typed(body, line) : shown(body, line)).map(step => ({
      ...step,
      ...more,
    }))
  }
  const path = FILE.exec(body)?.[1]
  if (path === undefined || reason !== null) return []
  return [{ kind: 'file', line, path, text: body }]
}

type Typed = Pick<CommandStep, 'kind' | 'line' | 'text' | 'printed'>

/** One command for each line of a `sh` block; `\` and here documents continue it. */
function typed(body: string, line: number): readonly Typed[] {
  const found: Typed[] = []
  for (const [index, text] of body.trimEnd().split('\n').entries()) {
    const last = found.at(-1)
    if (last !== undefined && isOpen(last.text))
      found.push({ ...found.pop()!, text: `${last.text}\n${text}` })
    else if (!/^\s*(?:#|$)/.test(text))
      found.push({ kind: 'command', line: line + index, text, printed: null })
  }
  return found
}

/** One command for each line with a `$`, and what it prints. */
function shown(body: string, line: number): readonly Typed[] {
  const found: (Typed & { printed: string })[] = []
  for (const [index, text] of body.trimEnd().split('\n').entries()) {
    const command = /^\$ (.*)$/.exec(text)?.[1]
    const last = found.at(-1)
    if (last !== undefined && isOpen(last.text))
      found.push({ ...found.pop()!, text: `${last.text}\n${text.replace(/^> /, '')}` })
    else if (command !== undefined)
      found.push({ kind: 'command', line: line + index, text: command, printed: '' })
    else if (last !== undefined)
      found.push({ ...found.pop()!, printed: `${last.printed}${text}\n` })
  }
  return found
}

function isOpen(command: string): boolean {
  const word = /<<'?(\w+)'?/.exec(command)?.[1]
  if (word !== undefined) return !command.split('\n').slice(1).includes(word)
  return command.endsWith('\\')
}
