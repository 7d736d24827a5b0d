// GitHub's markdown, with all foreign text as data: a text becomes a code span, in which GitHub makes no link, mention, reference
// or emoji. CommonMark 0.31 §6.1, GFM's tables and autolinks.
import { escapeHtml } from '../html/safe-html.ts'
import { isCut, displayed } from '../terminal/displayable-text.ts'

/** Text that is markdown already. A plain string has not been escaped. */
export interface Markdown {
  readonly markdown: string
  /** True if some text in it was too long to be shown whole. */
  readonly isCut?: boolean
}

/** Most characters of a name on a page. */
const NAME_LENGTH = 300
/** Most characters of a message on a page. */
export const MESSAGE_LENGTH = 1000

const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const LEFT_TO_RIGHT_ISOLATE = '\u2066'
const POP_ISOLATE = '\u2069'

/** Markdown as written, with inserted values: strings as code spans, numbers and markdown unchanged. */
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

export function joinMarkdown(list: readonly Markdown[], separator: string): Markdown {
  return {
    markdown: list.map(({ markdown }) => markdown).join(separator),
    isCut: list.some(isCutValue),
  }
}

/** The first `most` parts, then how many more there are. */
export function firstOf(parts: readonly Markdown[], most: number): readonly Markdown[] {
  const rest = parts.length - most
  return rest > 0 ? [...parts.slice(0, most), mark`${rest} more`] : parts
}

/** The cluster of a request, after its name; nothing if there is none. */
export function onCluster(cluster: string | null): Markdown {
  return cluster === null ? NOTHING : mark` on ${cluster}`
}

/** `a`, `b and c`, `d, e and f`. */
export function listMarkdown(list: readonly Markdown[], word = 'and'): Markdown {
  const last = list.at(-1) ?? NOTHING
  if (list.length < 2) return last
  return mark`${joinMarkdown(list.slice(0, -1), ', ')} ${{ markdown: word }} ${last}`
}

/** A code span. Its fence is a run of backticks that the text does not contain. */
export function code(text: string, most = NAME_LENGTH): Markdown {
  const told = displayed(text, most)
  if (told === '') return EMPTY
  const runs = new Set((told.match(/`+/g) ?? []).map(run => run.length))
  let ticks = 1
  while (runs.has(ticks)) ticks += 1
  const fence = '`'.repeat(ticks)
  const pad = told.startsWith('`') || told.endsWith('`') ? ' ' : ''
  return { ...isolated(`${fence}${pad}${told}${pad}${fence}`, told), isCut: isCut(text, most) }
}

/** The first `most` texts as code spans, then how many more there are. */
export function codes(
  texts: readonly string[],
  most = Number.POSITIVE_INFINITY,
  longest = NAME_LENGTH,
): readonly Markdown[] {
  return firstOf(
    texts.map(text => code(text, longest)),
    most,
  )
}

/** Right-to-left letters would reorder the words around them. */
function isolated(markdown: string, told: string): Markdown {
  return RIGHT_TO_LEFT.test(told)
    ? { markdown: `${LEFT_TO_RIGHT_ISOLATE}${markdown}${POP_ISOLATE}` }
    : { markdown }
}

const AROUND = /^(?<before>["'(]*)(?<word>.*?)(?<after>[.,;:!?)"']*)$/su
/** Words and small numbers without markup, which GitHub leaves as they are. */
const PLAIN_WORD = /^\p{L}[\p{L}\p{M}]*(?:['’]\p{L}+)?$|^(?!gh)\p{Ll}+(?:-\p{Ll}+)+$/u
const PLAIN_NUMBER = /^\d{1,4}[a-z%]{0,2}$/
const OBJECT_ID = /[0-9a-f]{7}/i
const PLAIN_SIGN = /^[→·±–—=+-]$/u

/** A command after a colon, or as a whole line, up to the end of its sentence. `countersign makes …` is none. */
const COMMAND =
  /(?:(?<=: )|^(?=.* \S*[^a-z\s]\S*$))(?:countersign|kubectl|gh|git|openssl)(?! (?:cannot|can|may|(?!manifests|status)[a-z]+s) )(?: (?:'[^']*'|[^\s;,.'()]|[;,.](?=[^\s;,.]))+)+(?=[;,.)]*(?: |$))/gu
/** A member with a list or an object: `sinks: [{secret: {namespace: apps, name: web-tls}}]`. */
const INLINE_YAML =
  /(?<=^|[ (])[a-zA-Z]+: (?:\[(?:[^[\]]|\[[^[\]]*\])*\]|\{(?:[^{}]|\{[^{}]*\})*\})(?=[;,.)]*(?: |$))/g
const JOINED = '\u0000'

/**
 * A sentence that quotes data. Plain words remain words, a command or a list in YAML is one code span, everything else becomes
 * code spans. So nothing in it is markup, a link, a mention or a reference. The visible text is `shown(text, most)`.
 */
export function prose(text: string, most = MESSAGE_LENGTH): Markdown {
  const whole = displayed(text, most)
  if (whole === '') return EMPTY
  const told: string[] = []
  let data: string[] = []
  const endData = (): void => {
    if (data.length > 0) told.push(quotedData(data.join(' '), told.length === 0))
    data = []
  }
  const join = (part: string): string => part.replaceAll(' ', JOINED)
  const joined = whole.replace(INLINE_YAML, join).replace(COMMAND, join)
  for (const word of joined.split(' ')) {
    if (word.includes(JOINED)) {
      endData()
      const [, command = '', after = ''] = /^(.*?)([;,.)]*)$/s.exec(word) ?? []
      told.push(`${spanOf(command.replaceAll(JOINED, ' '))}${after}`)
      continue
    }
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
  // "1." and "1)" begin lists, also if the full stop comes from the following text.
  if (PLAIN_NUMBER.test(word)) return !isFirst && !/^[.)]/.test(after)
  return PLAIN_WORD.test(word)
}

/** Brackets, quotes and full stops around data remain outside the code span. */
function quotedData(text: string, isFirst: boolean): string {
  const { before = '', word = '', after = '' } = AROUND.exec(text)?.groups ?? {}
  if (word.trim() === '' || word.trim() !== word || (isFirst && before !== '')) return spanOf(text)
  return `${before}${spanOf(word)}${after}`
}

/** Text from `shown` is not cut again. */
function spanOf(told: string): string {
  return told === '' ? '' : code(told, Number.POSITIVE_INFINITY).markdown
}

/** The same as a code span, for places that only accept HTML: `<summary>`. */
export function codeElement(text: string, most = NAME_LENGTH): Markdown {
  const told = displayed(text, most)
  return { ...isolated(`<code>${escapeHtml(told)}</code>`, told), isCut: isCut(text, most) }
}

/** A block of unchanged lines, with invisible characters spelled out; coloured by `language`. */
export function fenced(text: string, language: '' | 'diff' = ''): Markdown {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const lines = text.trimEnd().split('\n')
  const told = lines.map(line => displayed(line.replace(/\r$/, ''), MESSAGE_LENGTH))
  return { markdown: [`${fence}${language}`, ...told, fence].join('\n') }
}

/** Lines with their indentation, for an entry of a list or the cell of a table. */
export function preElement(lines: readonly string[]): Markdown {
  const told = lines.map(line => line.replace(/[^ ].*/s, words => displayed(words, MESSAGE_LENGTH)))
  const text = told.join('\n')
  const inert = text.replaceAll(/[^a-zA-Z0-9/ -]/gu, each => `&#${each.codePointAt(0)};`)
  const isCutLine = lines.some(line => isCut(line.trimStart(), MESSAGE_LENGTH))
  return { ...isolated(`<pre>${inert}</pre>`, text), isCut: isCutLine }
}

/** Folded details. `title` may contain HTML, no markdown. */
export function folded(title: Markdown, content: Markdown): Markdown {
  return mark`<details><summary>${title}</summary>\n\n${content}\n\n</details>`
}

/** The head of a GitHub table. */
export function tableHead(titles: readonly string[]): Markdown {
  return { markdown: `| ${titles.join(' | ')} |\n|${titles.map(() => '---|').join('')}` }
}

/** A bar ends a cell in every position, also in code spans (GFM §4.10). */
export function tableRow(cells: readonly Markdown[]): Markdown {
  const told = cells.map(({ markdown }) => markdown.replaceAll('|', String.raw`\|`))
  return { markdown: `| ${told.join(' | ')} |`, isCut: cells.some(isCutValue) }
}
