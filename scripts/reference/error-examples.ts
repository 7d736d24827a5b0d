// The examples of docs/errors.md as countersign prints them. Examples with files go through the readers of countersign validate.
import { readFileSync, readdirSync } from 'node:fs'
import { validateFiles } from '../../src/workflows/validate/validate.ts'
import { problemText } from '../../src/output/terminal/problem-text.ts'
import type { Severity } from '../../src/output/terminal/problem-text.ts'
import { plain } from '../../src/output/terminal/terminal-colours.ts'
import type { Code } from '../../src/domain/problem-codes.ts'
import type { Problem } from '../../src/domain/problem.ts'
import type { RequestFile } from '../../src/domain/request/request.ts'
import type { RepositoryFiles } from '../../src/ports/repository-files.ts'
import { HERE, withoutMarks } from './error-data.ts'
import type { FileExample, MessageExample } from './error-data.ts'

const NOW = new Date('2026-12-01T00:00:00Z')
const REPOSITORY = `${HERE}repository`
const CONFIG = 'countersign.yaml'
const POLICY = 'policies/people.yaml'

/** The first problem of this code, as it is printed. Throws a RangeError if the files do not have it. */
export async function printedExample(
  code: Code,
  example: FileExample | MessageExample,
): Promise<string> {
  if ('message' in example) return printed(asProblem(code, example), example.warning === true)
  const { problems, warnings } = await validateFiles(repository(filesOf(example)), {
    config: CONFIG,
    folder: null,
    paths: example.paths,
    input: null,
    cluster: null,
    fallback: null,
    now: NOW,
  })
  const problem = problems.find(each => each.code === code)
  const found = problem ?? warnings.find(each => each.code === code)
  if (found !== undefined) return printed(found, problem === undefined)
  const codes = [...problems, ...warnings].map(each => `${each.code} ${each.message}`)
  throw new RangeError(`the example of ${code} gives ${codes.join('; ') || 'no problem'}`)
}

function printed(problem: Problem, isWarning: boolean): string {
  const severity: Severity = isWarning ? 'warning' : 'error'
  return problemText(problem, plain, severity)
}

function asProblem(code: Code, { message, hint, at }: MessageExample): Problem {
  const [file = '', line, column] = at?.split(':') ?? []
  const place = { file, line: Number(line), column: Number(column), length: 1, excerpt: null }
  return {
    code,
    at: at === undefined ? null : place,
    message: withoutMarks(message),
    hint: hint === null ? null : withoutMarks(hint),
  }
}

/** Path → text and mode: the files of the repository with the changes of the example. */
function filesOf(example: FileExample): ReadonlyMap<string, RequestFile> {
  const { in: changed, text, swap, pad, mode, without } = example
  const texts = new Map(repositoryTexts())
  const csr = texts.get('jane.csr') ?? ''
  texts.delete('jane.csr')
  const base = texts.get(changed) ?? texts.get('requests/people/jane.yaml') ?? ''
  const whole = text === undefined || text === 'base' ? base : text
  texts.set(changed, `${swapped(whole, swap)}${pad === 0 ? '' : `#${'x'.repeat(pad)}\n`}`)
  // A file of another format takes the place of the request: both would have its name.
  if (changed.startsWith('requests/people/jane.') && !changed.endsWith('.yaml'))
    texts.delete('requests/people/jane.yaml')
  for (const [path, other] of [
    [CONFIG, example.config],
    [POLICY, example.policy],
  ] as const)
    if (other !== undefined) texts.set(path, swapped(texts.get(path) ?? '', other))
  for (const [path, more] of Object.entries(example.files))
    texts.set(path, more === 'policy' ? (texts.get(POLICY) ?? '') : more)
  if (without !== undefined) texts.delete(without)
  const files = [...texts].map(([path, said]) => {
    const withCsr = said
      .replace(/^\{csr\}$/, csr)
      .replace('{csr}', csr.replaceAll(/^(?=.)/gm, '    '))
    return [path, fileOf(path, withCsr, path === changed ? mode : '100644')] as const
  })
  return new Map(files)
}

function swapped(text: string, pair: readonly [string, string] | undefined): string {
  if (pair === undefined) return text
  if (!text.includes(pair[0]))
    throw new RangeError(`the example changes ${pair[0]}, which is missing`)
  return text.replace(pair[0], () => pair[1])
}

function repositoryTexts(): readonly (readonly [string, string])[] {
  const entries = readdirSync(REPOSITORY, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => {
      const path = `${entry.parentPath}/${entry.name}`
      return [path.slice(REPOSITORY.length + 1), readFileSync(path, 'utf8')] as const
    })
    .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
}

function fileOf(path: string, text: string, mode: string): RequestFile {
  const bytes = new TextEncoder().encode(text)
  return { path, bytes, mode, blob: '0'.repeat(40), uncommitted: null }
}

function repository(files: ReadonlyMap<string, RequestFile>): RepositoryFiles {
  return {
    description: 'working tree',
    read: async path => files.get(path) ?? null,
    list: async folder => {
      const found = [...files.values()].filter(({ path }) => path.startsWith(`${folder}/`))
      return found.length === 0 ? null : found
    },
  }
}
