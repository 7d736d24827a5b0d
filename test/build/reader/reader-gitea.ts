// Gitea as a reader of the documents starts it: the program `gitea` on the path is the server that the tests build, on a free port, and
// people review and merge by its API.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { readyGitea } from '../../gitea/gitea.mjs'

/** As the documents show it. */
const SHOWN_PORT = 3141
const MILLISECONDS = 1000
const DEED = /^(\w+) (approves|merges) pull request (\d+) of (\S+) at Gitea$/

export class ReaderGitea {
  readonly #port: number

  private constructor(port: number) {
    this.#port = port
  }

  static async find(): Promise<ReaderGitea> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    return new ReaderGitea(port)
  }

  /** A command with the port of this run. */
  asTyped(command: string): string {
    return command.replaceAll(`127.0.0.1:${SHOWN_PORT}`, `127.0.0.1:${this.#port}`)
  }

  asShown(printed: string): string {
    return printed.replaceAll(`127.0.0.1:${this.#port}`, `127.0.0.1:${SHOWN_PORT}`)
  }

  /** The text of the program `gitea`; null if the server is not built. Port and user of this run go into the configuration of the page. */
  program(): string | null {
    const built = readyGitea()
    if (built === null) return null
    return `#!/bin/sh
grep -q RUNNING_AS_ROOT app.ini ||
  sed -i -e '1i I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true' -e 's/\\b${SHOWN_PORT}\\b/${this.#port}/' app.ini
exec '${built.server}' "$@"
`
  }

  /** Whether it is a deed at Gitea; then it is done. Passwords are those of the page. */
  async does(deed: string): Promise<boolean> {
    const [, login, does, number, repository] = DEED.exec(deed) ?? []
    if (login === undefined) return false
    // A review in the second of the push could have come before it, and does not count.
    await pause(MILLISECONDS - (Date.now() % MILLISECONDS))
    const pull = `repos/${repository}/pulls/${number}`
    if (does === 'approves') await this.#call(login, `${pull}/reviews`, { event: 'APPROVED' })
    else await this.#call(login, `${pull}/merge`, { Do: 'squash' })
    return true
  }

  async #call(login: string, path: string, body: object): Promise<void> {
    const basic = Buffer.from(`${login}:${login}-has-a-password`).toString('base64')
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${this.#port}/api/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      if (response.ok) return
      // It does not know yet whether the pull request can be merged.
      if (response.status !== 405) throw new Error(`${path}: ${response.status} ${text}`)
      await pause(MILLISECONDS)
    }
  }
}
