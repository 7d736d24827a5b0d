// The terminal of a reader: one shell for all commands of a page, so that cd, export and variables persist.
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'

export interface Typed {
  readonly printed: string
  readonly exitCode: number
}

const END = /\[a typed command ended with (\d+)\]\n/

export class PageShell {
  readonly #shell: ChildProcessWithoutNullStreams
  #output = ''
  #look = (): void => undefined

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    // In a process group of its own, with everything that it starts.
    this.#shell = spawn('bash', ['--noprofile', '--norc'], {
      cwd: folder,
      env: environment,
      detached: true,
    })
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
        this.#look()
      })
    this.#shell.on('close', () => this.#look())
    this.#shell.stdin.write('exec 2>&1\n')
  }

  /** Types a command, and waits for its end. */
  async type(command: string): Promise<Typed> {
    const from = this.#output.length
    this.#shell.stdin.write(`${command}\necho "[a typed command ended with $?]"\n`)
    const [, code = ''] = await this.#until(from, text => END.exec(text))
    const printed = this.#output.slice(from).replace(END, '')
    return { printed, exitCode: Number(code) }
  }

  /** Types a command that keeps running, and waits for what it prints at the start. */
  async start(command: string, hasStarted: (printed: string) => boolean): Promise<void> {
    const from = this.#output.length
    this.#shell.stdin.write(`${command}\n`)
    await this.#until(from, text => (hasStarted(text) ? true : null))
  }

  end(): void {
    if (this.#shell.exitCode !== null || this.#shell.pid === undefined) return
    process.kill(-this.#shell.pid, 'SIGTERM')
  }

  #until<T>(from: number, read: (text: string) => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        const text = this.#output.slice(from)
        const value = read(text)
        if (value !== null) resolve(value)
        else if (this.#shell.exitCode !== null) reject(new Error(`the shell has ended:\n${text}`))
      }
      this.#look()
    })
  }
}
