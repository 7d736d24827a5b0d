// npm run fuzz -- [--seconds N] [--seed N]: runs the readers of DER, PEM, YAML, JSON and OpenSSL configurations on nearly valid
// inputs, by default for one minute. No reader may throw, hang, or use much memory. Prints the seed, the inputs per second, and the
// path of a saved case: test/fixtures/fuzz/, whose files are part of every test run.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { compile } from './compile.mjs'
import { compiledTargets } from './fuzz/compiled.mjs'
import { ROOT } from './run.mjs'

const FOUND = join(ROOT, 'test/fixtures/fuzz')
const LONGEST_MS = 5000
const MEMORY_MB = 512

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seconds = Number(values.seconds ?? 60)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [--seconds N] [--seed N]')
  process.exit(2)
}

compile()
const names = (await compiledTargets()).map(({ name }) => name)
console.log(`seed ${seed}, ${seconds} s, readers: ${names.join(', ')}`)

const started = Date.now()
const found = new Set()
let inputs = 0
let most = 0
while (secondsLeft() > 0) inputs += await runThread(seed + inputs)
const rate = Math.round(inputs / ((Date.now() - started) / 1000))
console.log(
  `${inputs} inputs, ${rate} a second, at most ${Math.round(most)} MB, ${found.size} cases found`,
)
process.exitCode = found.size === 0 ? 0 : 1

function secondsLeft() {
  return seconds - (Date.now() - started) / 1000
}

/** Runs one thread until its time ends or it hangs; returns the number of inputs. */
function runThread(from) {
  const shared = new SharedArrayBuffer(12 + 80_000)
  const progress = new Int32Array(shared, 0, 3)
  const worker = new Worker(new URL('fuzz/worker.mjs', import.meta.url), {
    workerData: { seed: from, shared },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  })
  let [seen, since] = [0, Date.now()]
  const atHand = () => ({
    target: names[Atomics.load(progress, 1)],
    bytes: Buffer.from(new Uint8Array(shared, 12, Atomics.load(progress, 2))),
  })
  return new Promise(resolve => {
    const end = () => {
      clearInterval(watch)
      void worker.terminate()
      resolve(Atomics.load(progress, 0))
    }
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss / 2 ** 20)
      const count = Atomics.load(progress, 0)
      if (count !== seen) [seen, since] = [count, Date.now()]
      else if (count > 0 && Date.now() - since > LONGEST_MS) {
        save({ ...atHand(), cause: `no answer within ${LONGEST_MS} ms` })
        end()
      }
      if (secondsLeft() <= 0) end()
    }, 250)
    worker.on('message', save)
    worker.on('error', error => {
      save({ ...atHand(), cause: String(error) })
      end()
    })
  })
}

/** Each cause is saved once, identified by its first line without numbers. */
function save({ target, bytes, cause }) {
  const [line = ''] = cause.split('\n')
  const key = `${target} ${line.replaceAll(/\d+|"[^"]*"/g, '')}`
  if (found.has(key)) return
  found.add(key)
  mkdirSync(FOUND, { recursive: true })
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  const name = `${target}.${digest}`
  writeFileSync(join(FOUND, name), bytes)
  console.log(`FOUND test/fixtures/fuzz/${name}\n${cause}`)
}
