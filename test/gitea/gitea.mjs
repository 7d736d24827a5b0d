// Where Gitea's server comes from: the cache, else a build with Go. The files that it reads while it runs are in the same folder.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from '../control-plane/binaries.mjs'
import { buildInto, isExecutable, requireGo } from '../control-plane/go-build.mjs'

const VERSION = '1.26.0'
const MODULE = fileURLToPath(new URL('./go/', import.meta.url))
const NAME = 'gitea'
const PACKAGE = 'code.gitea.io/gitea'
/** Bumped when the build changes without its modules. */
const BUILD = 2
const STATIC = ['options', 'templates']
const NO_GO =
  'Gitea has to be built once, and that needs Go 1.26.2 or newer (https://go.dev/dl) and a C compiler on the PATH.'

/**
 * The server and the folder of the files that it reads, or null if a build would be needed.
 * @returns {{ server: string, files: string } | null}
 */
export function readyGitea(env = process.env) {
  const folder = folderIn(env)
  const files = join(folder, 'static')
  const server = join(folder, NAME)
  return existsSync(files) && isExecutable(server) ? { server, files } : null
}

/**
 * The same, built now if need be (Go, a C compiler, the Go module proxy, about ten minutes of one CPU the first time).
 * @param {(line: string) => void} say
 */
export async function ensureGitea(say, env = process.env) {
  const ready = readyGitea(env)
  if (ready !== null) return ready
  const folder = folderIn(env)
  // It finds its files wherever its data are.
  const files = `${PACKAGE}/modules/setting.StaticRootPath=${join(folder, 'static')}`
  const flags = `-s -w -X main.Version=${VERSION} -X ${files}`
  const tags = 'sqlite sqlite_unlock_notify'
  const server = { name: NAME, folder: MODULE, package: PACKAGE, flags, tags, cgo: true }
  await requireGo(NO_GO, env)
  say(`building Gitea ${VERSION} with Go; this happens once, the result stays in ${folder}`)
  await buildInto(folder, [server], say, env)
  copyFiles(folder, env)
  return readyGitea(env)
}

/** From the module, because the cache of Go may be emptied while this one stays. */
function copyFiles(folder, env) {
  const args = ['list', '-m', '-f', '{{.Dir}}', PACKAGE]
  const module = execFileSync('go', args, { cwd: MODULE, env, encoding: 'utf8' }).trim()
  const temporary = join(folder, `.static.${process.pid}`)
  mkdirSync(temporary, { recursive: true })
  // Files of the module cache cannot be written, and a copy with that mode could not be removed.
  const copy = name =>
    execFileSync('cp', ['-R', '--no-preserve=mode', join(module, name), temporary])
  for (const name of STATIC) copy(name)
  rmSync(join(folder, 'static'), { recursive: true, force: true })
  renameSync(temporary, join(folder, 'static'))
}

/** A folder of its own for each set of modules. */
function folderIn(env) {
  const modules = readFileSync(join(MODULE, 'go.mod'))
  const hash = createHash('sha256').update(modules).digest('hex')
  return join(cacheFolder(env), 'gitea', `${VERSION}-${hash.slice(0, 12)}-${BUILD}`)
}
