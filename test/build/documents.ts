// The documentation as read by tests: its files, fenced blocks, links and commands.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { GLOBAL_FLAGS } from '../../src/entry/flags/global-flags.ts'
import { COMMANDS } from '../../src/entry/table/command-table.ts'

export const ROOT = new URL('../../', import.meta.url).pathname

export interface Block {
  readonly file: string
  readonly line: number
  readonly language: string
  readonly text: string
}

/** Paths of all documents for readers. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'examples/in-cluster/README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    name => `docs/${name}`,
  ),
].filter(path => path.endsWith('.md'))

/** Examples with commands in their comments. */
export const EXAMPLES: readonly string[] = readdirSync(join(ROOT, 'examples'), {
  recursive: true,
  withFileTypes: true,
})
  .filter(entry => entry.isFile() && !entry.name.endsWith('.md'))
  .map(entry => join(entry.parentPath, entry.name).slice(ROOT.length))
  .toSorted()

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function blocksOf(path: string): readonly Block[] {
  const text = textOf(path)
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(
    ([, language = '', body = '', ...rest]) => {
      const offset = rest.find(each => typeof each === 'number') ?? 0
      return { file: path, line: text.slice(0, offset).split('\n').length, language, text: body }
    },
  )
}

/** `countersign …` in shell blocks and in code spans, without what follows a pipe or a comment. */
export function commandsIn(path: string): readonly string[] {
  const text = textOf(path)
  const shell = blocksOf(path)
    .filter(({ language }) => language === 'sh' || language === 'console')
    .map(block => block.text.replaceAll(/\\\n\s*/g, ' '))
  const spans = [...text.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/`(countersign [^`]+)`/g)]
  const made = [...text.matchAll(/^# Made by: (countersign .*)$/gm)]
  const lines = [
    ...shell.flatMap(block => block.split('\n')),
    ...[...spans, ...made].map(([, said = '']) => said),
  ]
  return lines.flatMap(line =>
    [...line.replace(/\s#.*$/, '').matchAll(/(?:^|[$|]\s*|\bnpx )(countersign [a-z][^|]*)/g)].map(
      ([, command = '']) => command.trim(),
    ),
  )
}

/** Why the documented command cannot be run; null if it can. */
export function commandFault(command: string): string | null {
  const [, first = '', ...words] = command.split(/\s+/)
  const names = [`${first} ${words[0] ?? ''}`, first]
  const entry = COMMANDS.find(({ name }) => names.includes(name))
  if (entry === undefined) return `there is no command ${names[0]}`
  const known = new Set([...entry.flags, ...GLOBAL_FLAGS].map(flag => flag.name))
  const unknown = words
    .filter(word => word.startsWith('--'))
    .map(word => word.slice(2).split('=')[0] ?? '')
    .filter(flag => !known.has(flag))
  return unknown.length === 0 ? null : `${entry.name} has no --${unknown.join(', --')}`
}
