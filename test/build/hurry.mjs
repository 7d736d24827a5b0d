// Loaded into countersign by `node --import`: whoever sleeps finds at once that the time has passed, and the clock can be put
// forward while it runs, by the milliseconds in the file `ahead` beside the job's outputs. Everything else goes by the real clock.
import { existsSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join } from 'node:path'
import timers from 'node:timers/promises'

const file = join(dirname(process.env['RUNNER_TEMP'] ?? ''), 'runner/ahead')
const RealDate = Date
let slept = 0

function now() {
  const ahead = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return RealDate.now() + slept + ahead
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }

  static now() {
    return now()
  }
}

const sleep = timers.setTimeout
timers.setTimeout = async (milliseconds = 0, value, options = {}) => {
  // Who can be woken waits for something else to happen.
  if (options.signal !== undefined) return sleep(milliseconds, value, options)
  await sleep(Math.min(milliseconds, 5))
  slept += milliseconds
  return value
}
syncBuiltinESMExports()
