// Loaded into countersign by `node --import`: a sleep ends at once and advances the clock, and the clock can be set ahead at run time
// by the milliseconds in the file `ahead` next to the job's outputs. Everything else uses the real clock.
import { existsSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join } from 'node:path'
import timers from 'node:timers/promises'

const RealDate = Date
/** A reused process runs job after job, each in its own folder: what one slept is not of the next. */
let job = { folder: '', slept: 0 }

function now() {
  const { folder, slept } = jobNow()
  const file = join(dirname(folder), 'runner/ahead')
  const ahead = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return RealDate.now() + slept + ahead
}

function jobNow() {
  const folder = process.env['RUNNER_TEMP'] ?? process.cwd()
  if (folder !== job.folder) job = { folder, slept: 0 }
  return job
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
  // An abortable sleep waits for another event, so it stays.
  if (options.signal !== undefined) return sleep(milliseconds, value, options)
  await sleep(Math.min(milliseconds, 5))
  jobNow().slept += milliseconds
  return value
}
syncBuiltinESMExports()
