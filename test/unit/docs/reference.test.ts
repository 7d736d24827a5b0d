// The table of names in the code is also that of action.yml, --help, the README and docs/errors.md.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from '../../../src/entry/flags/flag-table.ts'
import { GLOBAL_FLAGS } from '../../../src/entry/flags/global-flags.ts'
import { INPUTS, OUTPUTS } from '../../../src/entry/action/action-inputs.ts'
import { errorsMarkdown, flagsMarkdown, inputsMarkdown } from '../../../src/entry/reference-docs.ts'
import { VERSION } from '../../../src/domain/version.ts'
import { rows } from '../../build/extent.ts'

const ROOT = new URL('../../../', import.meta.url).pathname

function text(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8')
}

describe('the documentation', () => {
  test('docs/errors.md matches the codes (npm run generate)', () => {
    expect(text('docs/errors.md')).toBe(errorsMarkdown())
  })

  test.each([
    ['flags', flagsMarkdown()],
    ['inputs', inputsMarkdown()],
  ])('README.md has the table of %s (npm run generate)', (_, table) => {
    expect(text('README.md')).toContain(table)
  })
})

describe('action.yml', () => {
  const action = parse(text('action.yml'))

  test('action.yml has the inputs of the table, with their texts and defaults', () => {
    const expected = INPUTS.map(({ name, text: description, default: value }) => [
      name,
      { description, default: value },
    ])
    expect(action.inputs).toEqual(Object.fromEntries(expected))
  })

  test('action.yml has the outputs of the table', () => {
    expect(action.outputs).toEqual(
      Object.fromEntries(OUTPUTS.map(({ name, text: description }) => [name, { description }])),
    )
  })

  test('action.yml runs the bundle on node24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })
})

describe('the command line', () => {
  const typescript = ['--import', `${ROOT}scripts/typescript.mjs`, `${ROOT}src/cli.ts`]
  const help = (...args: string[]): string =>
    execFileSync(process.execPath, [...typescript, ...args, '--help'], { encoding: 'utf8' })

  const commands = Object.entries(COMMAND_FLAGS).filter(([name]) => !HIDDEN_COMMANDS.has(name))
  const asked = rows(commands, ([name]) =>
    ['apply', 'csr approve', 'manifests ruleset'].includes(name),
  )

  test.each(asked)(
    '%s --help lists its flags and the global ones, and no others',
    (command, flags) => {
      const listed = [...help(...command.split(' ')).matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(
        ([, name]) => name,
      )
      expect(new Set(listed)).toEqual(
        new Set(['help', ...[...flags, ...GLOBAL_FLAGS].map(({ name }) => name)]),
      )
    },
  )

  test('--help lists every command, with examples', () => {
    const text = help()
    for (const [command] of commands) expect(text).toContain(`\n  ${command.split(' ')[0]}`)
    expect(text).toContain('Examples:')
  })

  test('the help of a group lists its commands', () => {
    expect(help('csr')).toMatch(
      /^ {2}list +[^]*^ {2}describe <names\.\.\.> +[^]*^ {2}delete <names\.\.\.> /m,
    )
  })

  test('the version is that of package.json', () => {
    expect(VERSION).toBe(JSON.parse(text('package.json')).version)
  })
})
