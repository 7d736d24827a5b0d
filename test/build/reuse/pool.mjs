// Processes that run countersign for all test files of a suite, served on a socket: a run gets an idle process or a new one.
// Starting countersign costs more than most tests. Runs that need their own process (signals, a kill, a closed stream) get a new one:
// run.ts. Runs with the same modules before countersign (another clock, no sleeps) share processes.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = new URL('process.mjs', import.meta.url).pathname

/** @returns {Promise<{ readonly socket: string, readonly stop: () => Promise<void> }>} */
export async function startPool() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pool-'))
  const socket = join(folder, 'socket')
  /** By the arguments of Node. @type {Map<string, import('node:child_process').ChildProcess[]>} */
  const idle = new Map()
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const all = new Set()

  /** @param {readonly string[]} flags */
  function idleWith(flags) {
    const key = flags.join(' ')
    const found = idle.get(key) ?? []
    idle.set(key, found)
    return found
  }

  /** @param {readonly string[]} flags */
  function started(flags) {
    const env = { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' }
    const child = fork(PROGRAM, [], {
      env,
      execArgv: [...flags],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    all.add(child)
    child.on('exit', () => {
      all.delete(child)
      const same = idleWith(flags)
      const at = same.indexOf(child)
      if (at >= 0) same.splice(at, 1)
    })
    return child
  }

  /** @param {{ readonly flags: readonly string[] }} run */
  function perform({ flags, ...run }) {
    const child = idleWith(flags).pop() ?? started(flags)
    return new Promise(resolve => {
      const exited = (/** @type {number | null} */ code, /** @type {string | null} */ signal) =>
        resolve({ code, signal, stdout: '', stderr: 'the reused process ended within a run' })
      child.once('exit', exited)
      child.once('message', answer => {
        child.off('exit', exited)
        idleWith(flags).push(child)
        resolve(answer)
      })
      child.send(run)
    })
  }

  const server = createServer({ allowHalfOpen: true }, connection => {
    let asked = ''
    connection.setEncoding('utf8').on('data', chunk => (asked += chunk))
    connection.on('error', () => undefined)
    connection.on('end', () => {
      void perform(JSON.parse(asked)).then(ran => connection.end(JSON.stringify(ran)))
    })
  })
  await new Promise(resolve => server.listen(socket, () => resolve(undefined)))
  return {
    socket,
    async stop() {
      server.close()
      await Promise.all(
        [...all].map(child => {
          const ended = new Promise(resolve => child.once('exit', resolve))
          child.kill('SIGKILL')
          return ended
        }),
      )
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
