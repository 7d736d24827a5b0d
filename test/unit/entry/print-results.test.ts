// What commands answer: the exit code and the report of a question without a yes.
import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { Terminal } from '../../../src/adapters/system/terminal-person.ts'
import { unconfirmed } from '../../../src/entry/commands/print-results.ts'
import { exitCodeOf } from '../../../src/entry/exit-code.ts'

test.each([
  ['was answered otherwise', false, 1],
  ['ended with Ctrl-C', true, 130],
])('a question that %s (%s) is reported, with exit code %s', (_, isInterrupted, code) => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const terminal = new Terminal({ stdin, stdout, stderr })
  const interrupted = isInterrupted ? AbortSignal.abort() : new AbortController().signal
  const answer = unconfirmed({ terminal, interrupted })
  expect(exitCodeOf(answer)).toBe(code)
  expect(String(stderr.read())).toBe('nothing was done\n')
  expect(answer.report).toMatchObject({
    problems: [{ code: 'RUN_USAGE', hint: 'answer yes at a terminal, or add --yes' }],
  })
})
