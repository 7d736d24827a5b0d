// A program at a terminal of 100 columns and 30 rows, and the text of its screen at each moment. `script` of util-linux makes the
// terminal.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export const COLUMNS = 100
export const ROWS = 30

/** Whether the program is here. A message says what is skipped without it, unless COUNTERSIGN_REQUIRE_SHELLS=1. */
export function isInstalled(program: string): boolean {
  const isThere = spawnSync(program, ['--version']).error === undefined
  if (isThere) return true
  const message = `${program} is not installed: its test is not run`
  if (process.env['COUNTERSIGN_REQUIRE_SHELLS'] === '1') throw new Error(message)
  process.stderr.write(`SKIPPED: ${message}\n`)
  return false
}

/** The lines of a terminal: text, line ends, and the sequences that countersign writes. Any other sequence throws. */
export class TerminalScreen {
  /** All lines since the start, also those above the screen. */
  readonly lines: string[] = ['']
  #row = 0
  #column = 0

  write(text: string): void {
    // The escape sequences of a terminal begin with a control character.
    // eslint-disable-next-line no-control-regex
    for (const [part] of text.matchAll(/\u001b\[(\??\d*)([A-Za-z])|[^]/gu)) {
      if (part.length > 2) this.#obey(part.slice(2, -1), part.at(-1) ?? '')
      else if (part === '\n') this.#newLine()
      else if (part === '\r') this.#column = 0
      else this.#print(part)
    }
  }

  /** The last rows, as a person sees them. */
  get screen(): readonly string[] {
    return this.lines.slice(-ROWS)
  }

  #obey(number: string, letter: string): void {
    const count = Number(number === '' ? 1 : number)
    if (letter === 'A') this.#row = Math.max(this.lines.length - ROWS, this.#row - count)
    else if (letter === 'G') this.#column = count - 1
    else if (letter === 'J') this.lines.splice(this.#row, Infinity, this.#before())
    else if (letter !== 'm') throw new Error(`the screen does not know ${number}${letter}`)
  }

  #before(): string {
    return (this.lines[this.#row] ?? '').slice(0, this.#column)
  }

  #newLine(): void {
    this.#row++
    if (this.#row === this.lines.length) this.lines.push('')
  }

  #print(character: string): void {
    if (this.#column === COLUMNS) {
      this.#newLine()
      this.#column = 0
    }
    const line = this.lines[this.#row] ?? ''
    const after = line.slice(this.#column + 1)
    this.lines[this.#row] = line.slice(0, this.#column).padEnd(this.#column) + character + after
    this.#column++
  }
}

export interface TerminalRun {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Called after each output; what it returns is typed. */
  readonly react?: (screen: TerminalScreen) => string
}

/** The screen after the end of `command`. */
export async function atTerminal(
  command: string,
  { cwd, env, react = () => '' }: TerminalRun,
): Promise<TerminalScreen> {
  const sized = `stty cols ${COLUMNS} rows ${ROWS}; ${command}`
  const child = spawn('script', ['-qec', sized, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const screen = new TerminalScreen()
  // Output that is read after the end of the command is answered to nobody.
  child.stdin.on('error', () => undefined)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text)
    child.stdin.write(react(screen))
  })
  await once(child, 'close')
  return screen
}
