// A process that runs countersign many times in sequence: its modules are loaded once, and only the entry point is evaluated for each
// run. Arguments, environment, folder and streams are those of the run.
import { Readable, Writable } from 'node:stream'

let runs = 0

process.on('message', run => void perform(/** @type {Run} */ (run)))

/** @typedef {{ entry: string, args: string[], env: Record<string, string>, cwd: string, stdin: string }} Run */

/** @param {Run} run */
async function perform({ entry, args, env, cwd, stdin }) {
  const [stdout, stderr] = [collector(), collector()]
  const before = process.cpuUsage()
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  process.argv = [process.execPath, entry, ...args]
  process.exitCode = undefined
  replace('stdin', Readable.from(stdin === '' ? [] : [stdin], { objectMode: false }))
  replace('stdout', stdout.stream)
  replace('stderr', stderr.stream)
  try {
    // Each address is a separate module; its imports are not evaluated again.
    await import(`${entry}?run=${runs}`)
  } catch (cause) {
    stderr.stream.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`)
    process.exitCode = 1
  }
  runs += 1
  const code = process.exitCode ?? 0
  process.exitCode = undefined
  const { user, system } = process.cpuUsage(before)
  const ran = { code, signal: null, stdout: stdout.text(), stderr: stderr.text() }
  process.send?.({ ...ran, cpuSeconds: (user + system) / 1e6 })
}

/** @param {'stdin' | 'stdout' | 'stderr'} name @param {unknown} value */
function replace(name, value) {
  Object.defineProperty(process, name, { value, configurable: true })
}

function collector() {
  /** @type {Buffer[]} */
  const chunks = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}
