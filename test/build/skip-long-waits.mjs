// Loaded into countersign by `node --import`: a wait of more than 30 s ends at once, as after a timeout.
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

const LONG_MS = 30_000
const SHORT_MS = 300
const sleep = timers.setTimeout

timers.setTimeout = (milliseconds = 0, value, options = {}) =>
  sleep(milliseconds > LONG_MS ? SHORT_MS : milliseconds, value, options)
syncBuiltinESMExports()
