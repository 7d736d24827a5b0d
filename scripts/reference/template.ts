// Pages of docs/reference from templates: prose as it is, and a generated part for each line `<!-- insert: NAME -->`.
import { readFileSync } from 'node:fs'
import { HERE } from './error-data.ts'

/** The page. Throws a RangeError if a part of the template is missing, or one is given that it does not have. */
export function fromTemplate(name: string, parts: Readonly<Record<string, string>>): string {
  const used = new Set<string>()
  const text = readFileSync(`${HERE}templates/${name}.md`, 'utf8').replaceAll(
    /^<!-- insert: ([\w-]+) -->$/gm,
    (_, part: string) => {
      const said = parts[part]
      if (said === undefined) throw new RangeError(`the template ${name} asks for ${part}`)
      used.add(part)
      return said.trimEnd()
    },
  )
  const spare = Object.keys(parts).find(part => !used.has(part))
  if (spare !== undefined) throw new RangeError(`the template ${name} has no place for ${spare}`)
  return text
}

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

/** Text of a cell: without line ends, and with the bars and stars that Markdown would read. */
export function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('*', '\\*')))
    .join('')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
}

export function code(text: string): string {
  return `\`${text}\``
}

const VALUES = new Set(['true', 'false', 'pem', 'refuse', 'allow'])

/** Begins with a capital letter, unless the first word is a name in small letters. */
export function sentence(text: string): string {
  const [first = ''] = text.split(/[ ,;:(]/)
  if (VALUES.has(first)) return sentence(`\`${first}\`${text.slice(first.length)}`)
  const isPlain = /^[a-z]+$/.test(first) && first !== 'age'
  const begun = isPlain ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text
  return begun === '' || /[.?]$/.test(begun) ? begun : `${begun}.`
}
