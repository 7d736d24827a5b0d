// Waits beside a control plane until the process that started it is gone, however it went, and then takes it down.
// Usage: node keeper.mjs FOLDER, with standard input a pipe from that process; the line "released" ends the watch.
import { readState, statePath, tearDown } from './state.mjs'

// A Ctrl-C in the terminal is for the parent; its end is what counts here.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {})

let heard = ''
for await (const text of process.stdin.setEncoding('utf8')) heard += text

const state = heard.includes('released') ? null : readState(statePath(process.argv[2]))
if (state !== null) await tearDown(state)
