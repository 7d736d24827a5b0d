// The terminal of a person: results to stdout, messages to stderr, one question, lines that change in place.
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  /** TERM=dumb: the cursor cannot move, so nothing is drawn in place. */
  readonly isDumb?: boolean
}

export class Terminal {
  readonly #streams: Streams
  readonly #interrupt: () => void
  #hasResults = false
  #isNewFrame = false
  /** Lines below the last printed one that change in place, by key. */
  readonly #live = new Map<string, string>()

  /** `interrupt` is called for Ctrl-C while a question is open: readline takes the key, so no signal comes. */
  constructor(streams: Streams, interrupt: () => void = () => undefined) {
    this.#streams = streams
    this.#interrupt = interrupt
  }

  /** Whether results go to a person. */
  get showsResults(): boolean {
    return this.#streams.stdout.isTTY === true
  }

  /** Whether anything went to stdout. */
  get hasResults(): boolean {
    return this.#hasResults
  }

  /** On a terminal the next output replaces everything on the screen. */
  startFrame(): void {
    this.#isNewFrame = this.showsResults && this.#streams.isDumb !== true
  }

  result(text: string): void {
    this.#hasResults = true
    this.#clear()
    this.#streams.stdout.write(`${text}\n`)
    this.#draw()
  }

  talk(text: string): void {
    this.#clear()
    this.#streams.stderr.write(`${text}\n`)
    this.#draw()
  }

  /** Shows `text` for `key` below everything printed; only on a terminal that can move its cursor. */
  live(key: string, text: string): void {
    if (this.#streams.stderr.isTTY !== true || this.#streams.isDumb === true) return
    this.#clear()
    this.#live.set(key, text)
    this.#draw()
  }

  settle(key: string): void {
    this.#clear()
    this.#live.delete(key)
    this.#draw()
  }

  /** The answer to one question: the first line, `''` if nobody can answer or the person presses Ctrl-C. */
  async ask(question: string): Promise<string> {
    const { stdin, stderr } = this.#streams
    if (stdin.readableEnded || stdin.destroyed) return ''
    const reader = createInterface({ input: stdin, output: stderr, prompt: question })
    reader.once('SIGINT', () => {
      this.#interrupt()
      reader.close()
    })
    try {
      return await new Promise<string>(done => {
        reader.once('line', done)
        reader.once('close', () => done(''))
        reader.prompt()
      })
    } finally {
      reader.close()
    }
  }

  #clear(): void {
    if (this.#isNewFrame) this.#streams.stdout.write('\u001b[2J\u001b[H')
    this.#isNewFrame = false
    if (this.#live.size > 0) this.#streams.stderr.write(`\u001b[${this.#live.size}A\u001b[0J`)
  }

  #draw(): void {
    // Some terminals report 0 if they do not know.
    const columns = this.#streams.stderr.columns || 80
    for (const line of this.#live.values())
      this.#streams.stderr.write(`${line.slice(0, columns - 1)}\n`)
  }
}
