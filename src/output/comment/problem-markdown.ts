// A problem in a comment: its place, the message, the hint, the code last.
import type { Place, Problem } from '../../domain/problem.ts'
import {
  code,
  joinMarkdown,
  mark,
  MESSAGE_LENGTH,
  NOTHING,
  preElement,
  prose,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { counted } from '../terminal/plural-words.ts'
import { rows } from './comment-size-limit.ts'
import type { Block } from './comment-size-limit.ts'

/** More problems of one file do not help on a page. The log has all of them. */
const MOST_PROBLEMS = 10

export function problemMarkdown({ at, code: name, message, hint }: Problem): Markdown {
  const told = mark`${placeMarkdown(at)}${prose(message)}`
  const next = hint === null ? NOTHING : mark`. ${hintMarkdown(sentence(hint))}`
  return mark`${told}${next} (${code(name)})`
}

/** `file:line:column ` before a message; nothing if the problem has no place. */
export function placeMarkdown(at: Place | null): Markdown {
  return at === null ? NOTHING : mark`${`${at.file}:${at.line}:${at.column}`} `
}

/** A hint may have lines, for example of a rule to copy. Sentences are joined; lines to copy stay one block. */
export function hintMarkdown(hint: string): Markdown {
  const [first = '', ...rest] = hint.split('\n').filter(line => line.trim() !== '')
  const parts: string[][] = []
  for (const line of rest) {
    const last = parts.at(-1)
    if (isToCopy(line) && last?.every(isToCopy)) last.push(line)
    else parts.push([line])
  }
  const told = parts.map(lines => {
    const [line = ''] = lines
    if (!isToCopy(line)) return prose(line, MESSAGE_LENGTH)
    return lines.length === 1 ? code(line.trim(), MESSAGE_LENGTH) : preElement(lines)
  })
  return joinMarkdown([prose(first.trim(), MESSAGE_LENGTH), ...told], ' ')
}

function isToCopy(line: string): boolean {
  return PROGRAM.test(line) || /^(?: |- )|^[\w.-]+:(?: [[{]|$)/.test(line)
}

const PROGRAM = /^(?:countersign|kubectl|gh|git|openssl) /

/** Hints begin in lower case, since elsewhere they follow a message on a line of their own. A command stays as it is. */
function sentence(hint: string): string {
  const isWords = /^[a-z]+ /.test(hint) && !PROGRAM.test(hint)
  return isWords ? hint.slice(0, 1).toUpperCase() + hint.slice(1) : hint
}

/** The problems of one request as a list below its name. */
export function problemList(head: Markdown, problems: readonly Problem[]): Markdown {
  const shown = problems.slice(0, MOST_PROBLEMS)
  const rest = problems.length - shown.length
  const lines = [
    ...shown.map(problem => mark`- ${problemMarkdown(problem)}`),
    ...(rest > 0 ? [mark`- ${rest} more; the log of the run has them all`] : []),
  ]
  return mark`${head}\n\n${joinMarkdown(lines, '\n')}`
}

export function problemCountMarkdown(count: number): Markdown {
  return { markdown: counted(count, 'problem') }
}

/** Problems that belong to no single request. `share` is the share of the page that they may use. */
export function problemsSection(problems: readonly Problem[], share: number): Block {
  const items = problems.map(problem => mark`- ${problemMarkdown(problem)}`)
  return rows(NOTHING, items, '# more problems', share)
}
