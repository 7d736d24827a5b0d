// Helm, which installs the chart in tests: in the cache, else built with Go.
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../control-plane/binaries.mjs'
import { isExecutable, requireGo } from '../control-plane/go-build.mjs'

const VERSION = 'v4.3.1'
const NO_GO =
  'helm has to be built once, and that needs Go 1.26 or newer on the PATH (https://go.dev/dl).'

/** Path of helm, or null where a build would be needed. @returns {string | null} */
export function readyHelm(env = process.env) {
  const path = join(toolsFolder(env), 'helm')
  return isExecutable(path) ? path : null
}

/**
 * Path of helm, built now if need be (Go, the Go module proxy, some minutes the first time).
 * @param {(line: string) => void} say
 */
export async function ensureHelm(say, env = process.env) {
  await requireGo(NO_GO, env)
  const ready = readyHelm(env)
  if (ready !== null && versionOf(ready) === VERSION) return ready
  const folder = toolsFolder(env)
  mkdirSync(folder, { recursive: true })
  rmSync(join(folder, 'helm'), { force: true })
  say(`building helm ${VERSION} with Go; this happens once, the result stays in ${folder}`)
  const module = `helm.sh/helm/v4/cmd/helm@${VERSION}`
  await promisify(execFile)('go', ['install', '-trimpath', '-ldflags', '-s -w', module], {
    env: { ...env, GOBIN: folder, CGO_ENABLED: '0' },
  })
  return join(folder, 'helm')
}

/** The version of its module, which the build wrote into it. */
function versionOf(path) {
  const text = execFileSync('go', ['version', '-m', path], { encoding: 'utf8' })
  return /^\s*mod\s+helm\.sh\/helm\/v4\s+(\S+)/m.exec(text)?.[1] ?? null
}

function toolsFolder(env) {
  return join(cacheFolder(env), 'tools')
}
