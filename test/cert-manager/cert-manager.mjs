// Where cert-manager's controllers come from: the cache, else a build with Go. Its custom resource definitions are in the same folder.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../control-plane/binaries.mjs'
import { buildInto, isExecutable, requireGo } from '../control-plane/go-build.mjs'

const VERSION = '1.21.2'
const MODULE = fileURLToPath(new URL('./go/', import.meta.url))
const CONTROLLERS = { name: 'controllers', folder: MODULE, package: '.', flags: '-s -w' }
const KINDS = ['certificaterequests', 'certificates', 'clusterissuers', 'issuers']
const NO_GO =
  "cert-manager's controllers have to be built once, and that needs Go 1.26 or newer on the PATH (https://go.dev/dl)."

/**
 * The controllers and the folder of their custom resource definitions, or null if a build would be needed.
 * @returns {{ controllers: string, definitions: string } | null}
 */
export function readyCertManager(env = process.env) {
  const folder = folderIn(env)
  const definitions = join(folder, 'crds')
  const controllers = join(folder, CONTROLLERS.name)
  return existsSync(definitions) && isExecutable(controllers) ? { controllers, definitions } : null
}

/**
 * The same, built now if need be (Go, the Go module proxy, about four minutes the first time).
 * @param {(line: string) => void} say
 */
export async function ensureCertManager(say, env = process.env) {
  const ready = readyCertManager(env)
  if (ready !== null) return ready
  const folder = folderIn(env)
  await requireGo(NO_GO, env)
  say(`building cert-manager ${VERSION} with Go; this happens once, the result stays in ${folder}`)
  await buildInto(folder, [CONTROLLERS], say, env)
  copyDefinitions(folder, env)
  return readyCertManager(env)
}

/** From the module, because the cache of Go may be emptied while this one stays. */
function copyDefinitions(folder, env) {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/cert-manager/cert-manager']
  const module = execFileSync('go', args, { cwd: MODULE, env, encoding: 'utf8' }).trim()
  const temporary = join(folder, `.crds.${process.pid}`)
  mkdirSync(temporary, { recursive: true })
  for (const kind of KINDS) {
    const from = join(module, 'deploy/crds', `cert-manager.io_${kind}.yaml`)
    copyFileSync(from, join(temporary, `${kind}.yaml`))
  }
  rmSync(join(folder, 'crds'), { recursive: true, force: true })
  renameSync(temporary, join(folder, 'crds'))
}

/** A folder of its own for each program and set of modules. */
function folderIn(env) {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'main.go']) hash.update(readFileSync(join(MODULE, file)))
  return join(cacheFolder(env), 'cert-manager', `${VERSION}-${hash.digest('hex').slice(0, 12)}`)
}
