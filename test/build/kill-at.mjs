// Loaded into countersign by `node --import`: ends it with SIGKILL at one request to the API server, so that a test can run the
// next apply. KILL_AT is `before|after METHOD PATH-PATTERN`, with ` COUNT` for a later match; `after` means that the server has
// answered and the answer was not read.
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'

const [moment, method, pattern, count = '1'] = (process.env['KILL_AT'] ?? '').split(' ')
if (pattern !== undefined) {
  const path = new RegExp(pattern)
  let left = Number(count)
  const request = https.request
  https.request = (options, callback) => {
    const { pathname, searchParams } = new URL(options.path, 'https://server')
    // A rehearsal (dryRun) changes nothing, so it is no kill point.
    const isReal = !searchParams.has('dryRun')
    const isIt = isReal && options.method === method && path.test(pathname) && --left === 0
    if (isIt && moment === 'before') die()
    return request(options, isIt ? die : callback)
  }
  syncBuiltinESMExports()
}

function die() {
  process.kill(process.pid, 'SIGKILL')
}
