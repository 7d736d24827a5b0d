import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { Terminal } from '../../../../src/adapters/system/terminal-person.ts'

interface Screen {
  readonly terminal: Terminal
  readonly stdin: PassThrough
  readonly stdout: () => string
  readonly stderr: () => string
}

function sink(
  isTTY: boolean,
  columns?: number,
): { stream: Writable & { isTTY: boolean }; text: () => string } {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk)
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY, columns }), text: () => text }
}

function screen(isTTY = false, columns?: number, isDumb = false): Screen {
  const [out, err] = [sink(isTTY), sink(isTTY, columns)]
  const stdin = new PassThrough()
  const terminal = new Terminal({ stdin, stdout: out.stream, stderr: err.stream, isDumb })
  return { terminal, stdin, stdout: out.text, stderr: err.text }
}

describe('the output of a terminal', () => {
  test('results go to stdout, and messages go to stderr', () => {
    const { terminal, stdout, stderr } = screen()
    terminal.result('a plan')
    terminal.talk('by the way')
    expect([stdout(), stderr()]).toEqual(['a plan\n', 'by the way\n'])
  })

  test.each([true, false])(
    'results are shown to a person where stdout is a terminal (%s)',
    isTTY => {
      expect(screen(isTTY).terminal.showsResults).toBe(isTTY)
    },
  )
})

describe('lines that are redrawn', () => {
  test('a terminal that cannot move its cursor gets no escape sequence', () => {
    const { terminal, stdout, stderr } = screen(true, 80, true)
    terminal.startFrame()
    terminal.live('plan', 'asking GitHub')
    terminal.result('a plan')
    terminal.settle('plan')
    expect([stdout(), stderr()]).toEqual(['a plan\n', ''])
  })

  test('no line is redrawn where stderr is not a terminal', () => {
    const { terminal, stdout, stderr } = screen(false)
    terminal.live('a', 'working')
    terminal.settle('a')
    expect([stdout(), stderr()]).toEqual(['', ''])
  })

  test('lines are redrawn below the printed text, and removed when they are settled', () => {
    const { terminal, stderr } = screen(true, 40)
    terminal.live('a', 'one')
    terminal.live('b', 'two')
    terminal.live('a', 'three')
    terminal.talk('printed')
    terminal.settle('a')
    terminal.settle('b')
    const clear = (lines: number): string => `\u001b[${lines}A\u001b[0J`
    expect(stderr()).toBe(
      [
        'one\n',
        `${clear(1)}one\ntwo\n`,
        `${clear(2)}three\ntwo\n`,
        `${clear(2)}printed\nthree\ntwo\n`,
        `${clear(2)}two\n`,
        clear(1),
      ].join(''),
    )
  })

  test.each([
    [10, 'a line th'],
    [0, 'a line that is longer than ten'],
    [undefined, 'a line that is longer than ten'],
  ])('a redrawn line never wraps: %s columns', (columns, shown) => {
    const { terminal, stderr } = screen(true, columns)
    terminal.live('a', 'a line that is longer than ten')
    expect(stderr()).toBe(`${shown}\n`)
  })
})

describe('a question at a terminal', () => {
  test('a question goes to stderr, and a line answers it', async () => {
    const { terminal, stdin, stdout, stderr } = screen()
    const answer = terminal.ask('Apply? ')
    stdin.write('yes\n')
    expect(await answer).toBe('yes')
    expect([stdout(), stderr()]).toEqual(['', 'Apply? '])
  })

  test.each([
    ['a last line without a line end', 'yes', 'yes'],
    ['nothing', '', ''],
    ['the first of two lines', 'no\nyes\n', 'no'],
    ['an empty line', '\n', ''],
  ])('%s answers the question at the end of input', async (_, typed, told) => {
    const { terminal, stdin } = screen()
    const answer = terminal.ask('Apply? ')
    stdin.end(typed)
    expect(await answer).toBe(told)
  })

  test('a question has no answer where the input has ended before', async () => {
    const { terminal, stdin } = screen()
    stdin.end()
    stdin.resume()
    await new Promise(resolve => stdin.once('close', resolve))
    expect(await terminal.ask('Apply? ')).toBe('')
  })

  test('a question has no answer after Ctrl-C, which is passed on', async () => {
    const [out, err] = [sink(true), sink(true)]
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    let interrupts = 0
    const streams = { stdin, stdout: out.stream, stderr: err.stream }
    const terminal = new Terminal(streams, () => (interrupts += 1))
    const answer = terminal.ask('Apply? ')
    stdin.write('ye\u0003')
    expect(await answer).toBe('')
    expect(interrupts).toBe(1)
  })
})
