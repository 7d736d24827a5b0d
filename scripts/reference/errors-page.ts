// docs/errors.md: every code with its cause, its fix and an example as countersign prints it.
import { CODES } from '../../src/domain/problem-codes.ts'
import type { Code } from '../../src/domain/problem-codes.ts'
import { errorGroups } from './error-data.ts'
import type { ErrorGroup } from './error-data.ts'
import { printedExample } from './error-examples.ts'
import { fromTemplate, table } from './template.ts'

export async function errorsPage(): Promise<string> {
  const groups = errorGroups()
  const codes = Object.keys(CODES).filter(isCode)
  const words = [...new Set(codes.map(code => code.slice(0, code.indexOf('_'))))]
  const parts: string[] = []
  const index: string[][] = []
  for (const word of words) {
    const group = groups.get(word)
    if (group === undefined) throw new RangeError(`scripts/reference/errors has no ${word}.yaml`)
    const own = codes.filter(code => code.startsWith(`${word}_`))
    index.push([
      `[${word}](#${word.toLowerCase()})`,
      String(own.length),
      firstSentence(group.about),
    ])
    const sections = []
    for (const code of own) sections.push(await section(code, group))
    parts.push(`## ${word}\n\n${group.about}\n\n${sections.join('\n')}`)
  }
  return fromTemplate('errors', {
    index: table(['first word', 'codes', 'part'], index),
    codes: parts.join('\n'),
  })
}

async function section(code: Code, { codes }: ErrorGroup): Promise<string> {
  const entry = codes[code]
  if (entry === undefined) throw new RangeError(`${code} has no fix in scripts/reference/errors`)
  const example = await printedExample(code, entry.example)
  return `### ${code}\n\n${CODES[code]}\n\n**Fix:** ${entry.fix}\n\n\`\`\`text\n${example}\n\`\`\`\n`
}

function firstSentence(text: string): string {
  const [line = ''] = text.split('\n')
  return /^.*?\.(?= |$)/.exec(line)?.[0] ?? line
}

function isCode(text: string): text is Code {
  return Object.hasOwn(CODES, text)
}
