// npm run cluster:down: ends what cluster:up started from this checkout, and nothing else.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RUNNING } from './running.mjs'
import { readState, tearDown } from './state.mjs'

const say = line => process.stderr.write(`${line}\n`)
const files = existsSync(RUNNING) ? readdirSync(RUNNING).filter(name => name.endsWith('.json')) : []

if (files.length === 0) say('no control plane was started from this checkout')
for (const name of files) {
  const path = join(RUNNING, name)
  try {
    const state = readState(path)
    if (state !== null) await tearDown(state)
    rmSync(path, { force: true })
    say(`ended ${state === null ? name : state.server}`)
  } catch (error) {
    say(`${name}: ${error.message}`)
    process.exitCode = 1
  }
}
