// The grammar of OpenSSL configuration files (config(5), crypto/conf/conf_def.c): text in, sections of entries out.
// What one file cannot decide (includes, variables, the environment) and what OpenSSL reads differently from how it
// looks (lost lines, repeated names, half-open quotes) is refused.
import type { Checked, Problem } from '../domain/problem.ts'
import { checked } from '../domain/problem.ts'
import { characterName, hiddenOffsets, shown } from '../source/characters.ts'
import type { SourceText } from '../source/position.ts'
import { placeAt } from '../source/position.ts'
import type { Entry, Section, Sections } from './openssl-sections.ts'
import { entry, section } from './openssl-sections.ts'
import type { LogicalLine } from './openssl-joins.ts'
import { logicalLines, openssl, refuseSwallowed } from './openssl-joins.ts'
import { readValue } from './openssl-values.ts'

const DIRECTIVE = /^\.(?:include|pragma)\b/
const HEADER = /^\[[ \t]*([A-Za-z0-9_.-]+)[ \t]*\][ \t]*(?:#.*)?$/
const ASSIGNMENT = /^([A-Za-z0-9_.,+-]+)[ \t]*=/

/** Every section by name; entries before the first header stand in `default`. */
export function readSections(source: SourceText): Checked<Sections> {
  const problems: Problem[] = []
  const sections = new Map<string, Section>()
  let current = section('default', placeAt(source, 0))
  for (const line of logicalLines(source, problems)) {
    const header = HEADER.exec(line.text)?.[1]
    if (header !== undefined) {
      if (line.text.includes('#')) refuseSwallowed(line, line.text.indexOf('#'), problems)
      current = sections.get(header) ?? section(header, line.place(0, line.text.length))
      sections.set(header, current)
    } else {
      const found = readEntry(line, problems)
      if (found !== null) addEntry(found, current, sections, problems)
    }
  }
  return checked(problems, () => sections)
}

function addEntry(
  found: Entry,
  current: Section,
  sections: Map<string, Section>,
  problems: Problem[],
): void {
  sections.set(current.name, current)
  if (current.entries.some(({ key }) => key === found.key)) {
    const message = `${shown(found.key)} stands twice in [${current.name}]; OpenSSL would keep only the last`
    problems.push(openssl(found.keyPlace, message, `number them: 0.${found.key}, 1.${found.key}`))
  } else current.entries.push(found)
}

function readEntry(line: LogicalLine, problems: Problem[]): Entry | null {
  const whole = line.place(0, line.text.length)
  if (DIRECTIVE.test(line.text)) {
    const message = 'includes and pragmas are not read: one request is one file'
    problems.push(openssl(whole, message, 'write what they say into this file'))
    return null
  }
  const match = ASSIGNMENT.exec(line.text)
  const key = match?.[1]
  if (match === null || key === undefined) {
    const message = 'this is neither [section] nor name = value'
    problems.push(openssl(whole, message, hintForLine(line.text)))
    return null
  }
  const value = readValue(line, match[0].length, problems)
  if (value === null) return null
  const [hidden] = hiddenOffsets(value.text)
  if (hidden !== undefined) {
    const message = `the value holds ${characterName(value.text, hidden)}, which cannot be seen`
    problems.push(openssl(value.place(0, value.text.length), message, 'remove the escape'))
  }
  return entry(key, line.place(0, key.length), value)
}

function hintForLine(text: string): string | null {
  if (text.startsWith(';')) return 'comments begin with #'
  return text.startsWith('[') ? 'a header is [name], alone on its line' : null
}
