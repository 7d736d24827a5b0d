// npm run cluster:up: a real Kubernetes control plane on loopback that stays until npm run cluster:down.
// The last line on standard output is KUBECONFIG=<path>, or with --json the facts as one line of JSON.
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { RUNNING } from './running.mjs'
import { startControlPlane } from './start.mjs'
import { readState, writeState } from './state.mjs'

const USAGE = 'usage: npm run cluster:up -- [--separate-client-ca] [--signer-qps N] [--json]'
const say = line => process.stderr.write(`${line}\n`)

try {
  const { values } = parseArgs({
    options: {
      'separate-client-ca': { type: 'boolean', default: false },
      'signer-qps': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  await up(values)
} catch (error) {
  say(error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message}\n${USAGE}` : error.message)
  process.exitCode = error.code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1
}

async function up(values) {
  const started = Date.now()
  const plane = await startControlPlane({
    separateClientCa: values['separate-client-ca'],
    ...(values['signer-qps'] === undefined ? {} : { signerQps: positive(values['signer-qps']) }),
    say,
  })
  const state = readState(plane.statePath)
  mkdirSync(RUNNING, { recursive: true, mode: 0o700 })
  writeState(state, join(RUNNING, `${basename(plane.folder)}.json`))
  plane.release()
  say(`ready at ${plane.server} after ${((Date.now() - started) / 1000).toFixed(1)} s; it signs`)
  say('end it with: npm run cluster:down')
  const facts = JSON.stringify({ ...state, statePath: plane.statePath })
  process.stdout.write(values.json ? `${facts}\n` : `KUBECONFIG=${plane.kubeconfig}\n`)
}

function positive(text) {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--signer-qps takes a whole number above 0, not "${text}"\n${USAGE}`)
}
