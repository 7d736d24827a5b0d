// --watch shows a command until it is interrupted.
import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { Terminal } from '../../../src/adapters/system/terminal-person.ts'
import { watch } from '../../../src/entry/command-line.ts'

const CLEAR = '\u001b[2J\u001b[H'

async function watched(isTTY: boolean) {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()]
  const stdout = Object.assign(new PassThrough(), { isTTY })
  const terminal = new Terminal({ stdin, stdout, stderr })
  const interrupted = new AbortController()
  const pauses: number[] = []
  const clock = {
    now: () => new Date(0),
    sleep: async (milliseconds: number) => {
      if (pauses.push(milliseconds) === 2) interrupted.abort()
    },
  }
  let round = 0
  const code = await watch({ terminal, clock, interrupted: interrupted.signal }, async () => {
    terminal.result(`round ${++round}`)
    return 1
  })
  return { code, pauses, text: String(stdout.read()) }
}

test('on a terminal each round replaces the one before', async () => {
  expect(await watched(true)).toEqual({
    code: 1,
    pauses: [5000, 5000],
    text: `${CLEAR}round 1\n${CLEAR}round 2\n`,
  })
})

test('in a pipe each round is printed below the one before', async () => {
  expect((await watched(false)).text).toBe('round 1\nround 2\n')
})
