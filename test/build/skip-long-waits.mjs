// Loaded into countersign by `node --import`: a wait of more than 30 s ends as after a timeout, once countersign asks nothing more.
// It counts turns of the event loop in which no request was open or new, so that a busy machine waits longer.
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers/promises'

const LONG_MS = 30_000
const TURN_MS = 50
const QUIET_TURNS = 8
const sleep = timers.setTimeout

let open = 0
let asked = 0
for (const protocol of [http, https]) {
  const { request } = protocol
  protocol.request = (...parts) => {
    const sent = request(...parts)
    open += 1
    asked += 1
    let isOpen = true
    // A watch counts until its answer begins.
    const over = () => {
      if (isOpen) open -= 1
      isOpen = false
    }
    for (const event of ['response', 'error', 'close']) sent.once(event, over)
    return sent
  }
}

timers.setTimeout = async (milliseconds = 0, value, options = {}) => {
  if (milliseconds <= LONG_MS) return sleep(milliseconds, value, options)
  for (let quiet = 0, before = -1; quiet < QUIET_TURNS; before = asked) {
    await sleep(TURN_MS, value, options)
    quiet = open === 0 && asked === before ? quiet + 1 : 0
  }
  return value
}
syncBuiltinESMExports()
