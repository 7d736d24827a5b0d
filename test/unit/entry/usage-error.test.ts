// Mistakes in arguments: commander's message, and a hint that can be pasted.
import { CommanderError } from 'commander'
import { expect, test } from '@jest/globals'
import { usageError } from '../../../src/entry/usage-error.ts'

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

test.each([
  ['renew jane', 'run: countersign apply jane\n'],
  ['--cluster prod rotate jane', 'countersign new jane --own-key --rekey'],
  ['describe jane', 'run: countersign status jane'],
  ['withdraw jane', 'countersign revoke jane'],
  ['delete jane', 'set withdraw: true in its file'],
  ['delete x;y', "countersign revoke 'x;y'"],
  ['get --cluster prod', 'run: countersign status'],
  ['renew -o json', 'countersign apply NAME'],
  ['approve cs-jane-1', 'run: countersign csr approve cs-jane-1'],
  ['approve', 'review its pull request at GitHub'],
  ['edit jane', 'edit its file below requests/, then run: countersign validate'],
  ['get csr', 'run: countersign csr list'],
  ['list', 'run: countersign csr list'],
  ['ls', 'run: countersign status'],
  ['show jane', 'run: countersign status jane'],
  ['rm jane', 'countersign revoke jane'],
  ['add jane', 'run: countersign new jane'],
  ['create jane', 'run: countersign new jane'],
  ['check', 'run: countersign validate'],
  ['verify jane', 'run: countersign prove jane'],
  ['issue jane', 'run: countersign apply jane'],
  ['diff jane', 'run: countersign plan jane'],
])('the verb of another program gets the command for it: %s: %s', (line, hint) => {
  const verb = line.split(' ').find(word => /^[a-z]{2,}$/.test(word) && word !== 'prod')
  expect(said(`error: unknown command '${verb}'\n(Did you mean deny?)`, line)[2]).toContain(hint)
})

test('apply -f gets the command that writes a request file from another file', () =>
  expect(said("error: unknown option '-f'", 'apply -f jane.csr')[2]).toBe(
    'run: countersign import jane.csr\napply takes names of requests, never files',
  ))

test('the option -f of another command gets the help of that command', () =>
  expect(said("error: unknown option '-f'", 'plan -f jane.csr')[2]).toBe(
    'run: countersign plan --help',
  ))

test('an unknown command of a group gets no hint for a verb of another program', () =>
  expect(said("error: unknown command 'renew'\n(Did you mean deny?)", 'csr renew x')[2]).toBe(
    'did you mean deny?',
  ))
