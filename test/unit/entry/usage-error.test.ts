// Mistakes in arguments: commander's message, and a hint that can be pasted.
import { CommanderError } from 'commander'
import { expect, test } from '@jest/globals'
import { usageError } from '../../../src/entry/command-line.ts'

const said = (message: string, line: string) => {
  const { problem } = usageError(new CommanderError(1, 'commander.x', message), line.split(' '))
  return [problem.code, problem.message, problem.hint]
}

test('the suggestion of commander becomes the hint', () => {
  expect(said("error: unknown command 'aprove'\n(Did you mean approve?)", 'csr aprove x')).toEqual([
    'RUN_USAGE',
    "unknown command 'aprove'",
    'did you mean approve?',
  ])
})

test('the unknown command version gets the flag as its hint', () => {
  const message = "error: unknown command 'version'\n(Did you mean validate?)"
  expect(said(message, 'version')[2]).toBe('run: countersign --version')
})

test.each([
  ['csr approve', 'run: countersign csr approve --help'],
  ['--cluster prod csr approve --yes', 'run: countersign csr approve --help'],
  ['csr frobnicate', 'run: countersign csr --help'],
  ['apply --nope', 'run: countersign apply --help'],
  ['frobnicate', 'run: countersign --help'],
])('without a suggestion the hint for %s is: %s', (line, hint) => {
  expect(said("error: missing required argument 'names'", line)[2]).toBe(hint)
})
