// The grammar of OpenSSL configuration files (config(5), crypto/conf/conf_def.c): text in, sections of entries out. References that
// one file cannot resolve (includes, the environment) are refused. So is text that looks effective and is not: lines lost in a
// comment, half-open quotes. Other parts that OpenSSL ignores give a warning.
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked } from '../../../domain/problem.ts'
import { characterName, hiddenOffsets, quoted } from '../../../lib/source/hidden-characters.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt } from '../../../lib/source/text-position.ts'
import type { Entry, Section } from './openssl-sections.ts'
import { DEFAULT, entry, Sections } from './openssl-sections.ts'
import type { LogicalLine } from './openssl-joins.ts'
import { ignored, logicalLines, openssl, refuseSwallowed } from './openssl-joins.ts'
import { readValue } from './openssl-values.ts'

/** Characters of names (IS_ALNUM_PUNCT of crypto/conf/conf_def.h). */
const NAME = String.raw`[A-Za-z0-9_!.%&*+,/;?@^~|-]`
const HEADER = new RegExp(String.raw`^\[[ \t]*(${NAME}+(?:[ \t]+${NAME}+)*)[ \t]*\][ \t]*(.*)$`)
const ASSIGNMENT = new RegExp(String.raw`^(?:(${NAME}+)::)?(${NAME}+)[ \t]*=`)
const DIRECTIVE = /^\.(include|pragma)/

/** Every section by name. Entries before the first header are in `default`. */
export function readSections(source: SourceText): Checked<Sections> {
  const reader = new LineReader(source)
  for (const line of logicalLines(source, reader.problems)) reader.read(line)
  return checked(reader.problems, () => reader.sections)
}

class LineReader {
  readonly problems: Problem[] = []
  readonly sections = new Sections()
  #current: Section

  constructor(source: SourceText) {
    this.#current = this.sections.open(DEFAULT, placeAt(source, 0))
  }

  read(line: LogicalLine): void {
    const [, header, rest = ''] = HEADER.exec(line.text) ?? []
    if (header !== undefined) this.#header(line, header, rest)
    else if (DIRECTIVE.test(line.text)) this.#directive(line)
    else this.#assignment(line)
  }

  #header(line: LogicalLine, name: string, rest: string): void {
    const from = line.text.length - rest.length
    if (rest.startsWith('#')) refuseSwallowed(line, from, this.problems)
    else if (rest !== '') {
      const at = line.place(from, line.text.length)
      const hint = 'move it to a line of its own, or begin it with #'
      this.sections.remarks.push(ignored(at, 'OpenSSL ignores what follows ]', hint))
    }
    this.#current = this.sections.open(name, line.place(0, from))
  }

  #directive(line: LogicalLine): void {
    const word = DIRECTIVE.exec(line.text)?.[1] ?? ''
    const message = `.${word} is not read: one request is one file`
    const hint = word === 'include' ? 'write what it says into this file' : 'remove it'
    this.problems.push(openssl(line.place(0, line.text.length), message, hint))
  }

  #assignment(line: LogicalLine): void {
    const match = ASSIGNMENT.exec(line.text)
    const key = match?.[2]
    if (match === null || key === undefined) {
      const message = 'this is neither [section] nor name = value'
      const at = line.place(0, line.text.length)
      this.problems.push(openssl(at, message, hintForLine(line.text)))
      return
    }
    const keyStart = match[1] === undefined ? 0 : match[1].length + 2
    const keyPlace = line.place(keyStart, keyStart + key.length)
    const section =
      match[1] === undefined ? this.#current : this.sections.open(match[1], line.place(0, keyStart))
    const scope = { section: section.name, sections: this.sections }
    const value = readValue(line, match[0].length, scope, this.problems)
    if (value === null) return
    const [hidden] = hiddenOffsets(value.text)
    if (hidden !== undefined) {
      const message = `the value holds ${characterName(value.text, hidden)}, which cannot be seen`
      const at = value.place(0, value.text.length)
      this.problems.push(openssl(at, message, 'remove the escape'))
    }
    this.#add(entry(key, keyPlace, value), section)
  }

  #add(added: Entry, section: Section): void {
    const index = section.entries.findIndex(({ key }) => key === added.key)
    const [lost] = index === -1 ? [] : section.entries.splice(index, 1)
    section.entries.push(added)
    if (lost === undefined) return
    const message = `OpenSSL keeps the last ${quoted(added.key)} of [${section.name}] only, that of line ${added.keyPlace.line}`
    const hint = `remove one; several values of a name are numbered: 0.${added.key}, 1.${added.key}`
    this.sections.remarks.push(ignored(lost.keyPlace, message, hint))
  }
}

function hintForLine(text: string): string | null {
  if (text.startsWith(';')) return 'comments begin with #'
  if (/^[^=]*\\/.test(text)) return 'names have no escapes'
  return text.startsWith('[') ? 'a header is [name], alone on its line' : null
}
