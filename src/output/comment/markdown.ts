// GitHub's markdown, with everything that comes from elsewhere as data: a text becomes a code span, where GitHub makes no link,
// mention, reference or emoji of it. CommonMark 0.31 §6.1, GFM's tables and autolinks.
import { isCut, shown } from '../terminal/displayable-text.ts'

/** Text that is markdown already. Whatever is a mere string has not been escaped. */
export interface Markdown {
  readonly markdown: string
  /** True where some text in it was too long to be shown whole. */
  readonly isCut?: boolean
}

/** Characters that a name may have on a page. */
const NAME_LENGTH = 300
/** Characters that a message may have on a page. */
export const MESSAGE_LENGTH = 1000

const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const LEFT_TO_RIGHT_ISOLATE = '\u2066'
const POP_ISOLATE = '\u2069'

/** Markdown as written, with what is filled in: strings as code spans, numbers and markdown as they are. */
export function mark(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markdown)[]
): Markdown {
  const filled = parts.map((part, index) => {
    const value = values[index]
    if (value === undefined) return part
    if (typeof value === 'number') return `${part}${value}`
    return part + (typeof value === 'string' ? code(value) : value).markdown
  })
  return { markdown: filled.join(''), isCut: values.some(isCutValue) }
}

function isCutValue(value: string | number | Markdown): boolean {
  if (typeof value === 'string') return isCut(value, NAME_LENGTH)
  return typeof value === 'object' && value.isCut === true
}

export const NOTHING: Markdown = { markdown: '' }
const EMPTY: Markdown = { markdown: '(empty)' }

export function joined(list: readonly Markdown[], separator: string): Markdown {
  return {
    markdown: list.map(({ markdown }) => markdown).join(separator),
    isCut: list.some(isCutValue),
  }
}

/** `a`, `b and c`, `d, e and f`. */
export function listed(list: readonly Markdown[], word = 'and'): Markdown {
  const last = list.at(-1) ?? NOTHING
  if (list.length < 2) return last
  return mark`${joined(list.slice(0, -1), ', ')} ${{ markdown: word }} ${last}`
}

/** A code span; its fence is a run of backticks that the text does not have. */
export function code(text: string, most = NAME_LENGTH): Markdown {
  const told = shown(text, most)
  if (told === '') return EMPTY
  const runs = new Set((told.match(/`+/g) ?? []).map(run => run.length))
  let ticks = 1
  while (runs.has(ticks)) ticks += 1
  const fence = '`'.repeat(ticks)
  const pad = told.startsWith('`') || told.endsWith('`') ? ' ' : ''
  return { ...isolated(`${fence}${pad}${told}${pad}${fence}`, told), isCut: isCut(text, most) }
}

/** Letters written from right to left would take the words around them along. */
function isolated(markdown: string, told: string): Markdown {
  return RIGHT_TO_LEFT.test(told)
    ? { markdown: `${LEFT_TO_RIGHT_ISOLATE}${markdown}${POP_ISOLATE}` }
    : { markdown }
}

const AROUND = /^(?<before>["'(]*)(?<word>.*?)(?<after>[.,;:!?)"']*)$/su
/** Words and small numbers in which nothing is markup, and of which GitHub makes nothing. */
const PLAIN_WORD = /^\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?$|^(?!gh)\p{Ll}+(?:-\p{Ll}+)+$/u
const PLAIN_NUMBER = /^\d{1,4}[a-z%]{0,2}$/
const OBJECT_ID = /[0-9a-f]{7}/i
const PLAIN_SIGN = /^[→·±–—=+-]$/u

/**
 * A sentence that quotes data: plain words stay words, everything else becomes code spans, so that nothing in it is markup,
 * a link, a mention or a reference. What people read is `shown(text, most)`.
 */
export function prose(text: string, most = MESSAGE_LENGTH): Markdown {
  const whole = shown(text, most)
  if (whole === '') return EMPTY
  const told: string[] = []
  let data: string[] = []
  const endData = (): void => {
    if (data.length > 0) told.push(quotedData(data.join(' '), told.length === 0))
    data = []
  }
  for (const word of whole.split(' ')) {
    if (!isPlain(word, told.length + data.length === 0)) {
      data.push(word)
      continue
    }
    endData()
    told.push(word)
  }
  endData()
  return { markdown: told.join(' '), isCut: isCut(text, most) }
}

function isPlain(text: string, isFirst: boolean): boolean {
  if (PLAIN_SIGN.test(text)) return !isFirst
  const { word = '', after = '' } = AROUND.exec(text)?.groups ?? {}
  if (OBJECT_ID.test(word) || RIGHT_TO_LEFT.test(word)) return false
  // "1." and "1)" begin lists, also where the full stop comes from what follows.
  if (PLAIN_NUMBER.test(word)) return !isFirst && !/^[.)]/.test(after)
  return PLAIN_WORD.test(word)
}

/** Brackets, quotes and full stops around data stay outside of the code span. */
function quotedData(text: string, isFirst: boolean): string {
  const { before = '', word = '', after = '' } = AROUND.exec(text)?.groups ?? {}
  if (word.trim() === '' || word.trim() !== word || (isFirst && before !== '')) return spanOf(text)
  return `${before}${spanOf(word)}${after}`
}

/** What `shown` made is not cut again. */
function spanOf(told: string): string {
  return told === '' ? '' : code(told, Number.POSITIVE_INFINITY).markdown
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The same as a code span, for places where only HTML is read: `<summary>`. */
export function codeElement(text: string, most = NAME_LENGTH): Markdown {
  const told = shown(text, most)
  const escaped = told.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? '')
  return { ...isolated(`<code>${escaped}</code>`, told), isCut: isCut(text, most) }
}

/** A block of lines as they are, except for what nobody could see. */
export function fenced(text: string): Markdown {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const lines = text.trimEnd().split('\n')
  const told = lines.map(line => shown(line.replace(/\r$/, ''), MESSAGE_LENGTH))
  return { markdown: [fence, ...told, fence].join('\n') }
}

/** Details that are folded away; `title` may hold no markdown, only HTML. */
export function folded(title: Markdown, content: Markdown): Markdown {
  return mark`<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}

/** A table of GitHub's, header first. */
export function tableHead(titles: readonly string[]): Markdown {
  return { markdown: `| ${titles.join(' | ')} |\n|${titles.map(() => '---|').join('')}` }
}

/** A bar ends a cell wherever it stands, in code spans too (GFM §4.10). */
export function tableRow(cells: readonly Markdown[]): Markdown {
  const told = cells.map(({ markdown }) => markdown.replaceAll('|', String.raw`\|`))
  return { markdown: `| ${told.join(' | ')} |`, isCut: cells.some(isCutValue) }
}
