// A command reports every failure, as text to a person and as a report to a program.
import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { Terminal } from '../../../src/adapters/system/terminal-person.ts'
import type { OutputFormat } from '../../../src/entry/command-context.ts'
import { failure } from '../../../src/domain/problem.ts'
import { run } from '../../../src/entry/command-line.ts'

async function told(output: OutputFormat, command: (terminal: Terminal) => void) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const terminal = new Terminal({ stdin, stdout, stderr })
  const code = await run({ terminal, output, verbose: false }, async () => {
    command(terminal)
    return 0
  })
  const textOf = (stream: PassThrough): string => String(stream.read() ?? '')
  return { code, stdout: textOf(stdout), stderr: textOf(stderr) }
}

function fail(): never {
  throw failure('RUN_USAGE', 'that is no port', 'a number')
}

const REPORT = {
  version: 'countersign.dev/report/v1',
  problems: [{ code: 'RUN_USAGE', at: null, message: 'that is no port', hint: 'a number' }],
}

test('a failure is printed as text on stderr', async () => {
  const ran = await told('text', fail)
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toContain('RUN_USAGE  that is no port')
})

test.each(['json', 'yaml'] as const)(
  'a failure with --output %s is a report on stdout',
  async output => {
    const ran = await told(output, fail)
    expect(ran).toMatchObject({ code: 2, stderr: '' })
    expect(parse(ran.stdout)).toEqual(REPORT)
  },
)

test('a bug is reported in the same way', async () => {
  const ran = await told('json', () => {
    throw new TypeError('x is no function')
  })
  expect(JSON.parse(ran.stdout).problems).toMatchObject([{ code: 'RUN_BUG' }])
})

test('a result that was printed already is the only one', async () => {
  const ran = await told('json', terminal => {
    terminal.result('{}')
    fail()
  })
  expect(ran).toMatchObject({ code: 2, stdout: '{}\n' })
  expect(ran.stderr).toContain('RUN_USAGE')
})
