// Builds one program with Go into a cache folder. Takes the target and the environment; a built file appears under its name
// only when whole.
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ name: string, folder: string, package: string, flags: string, tags?: string, cgo?: boolean }} Target name of
 *   the binary, folder of its module, package, flags of the linker, build tags, and whether it has parts in C
 * @typedef {(line: string) => void} Say
 */

/**
 * Builds those targets that are not in the folder yet.
 * @param {readonly Target[]} targets @param {string} folder @param {Say} say @param {NodeJS.ProcessEnv} env
 */
export async function buildInto(folder, targets, say, env) {
  mkdirSync(folder, { recursive: true })
  removeLeftovers(folder)
  for (const [index, target] of targets.entries()) {
    if (isExecutable(join(folder, target.name))) continue
    await build(target, folder, `${index + 1} of ${targets.length}`, say, env)
  }
}

async function build(target, folder, count, say, env) {
  const started = Date.now()
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`
  const temporary = join(folder, `.${target.name}.${process.pid}`)
  say(`  ${target.name} (${count}) …`)
  const beat = setInterval(() => say(`  ${target.name} still building, ${seconds()}`), 30_000)
  const options = ['-trimpath', '-ldflags', target.flags, '-tags', target.tags ?? '']
  const args = ['build', ...options, '-o', temporary, target.package]
  try {
    const cgo = target.cgo === true ? '1' : '0'
    await go(args, { cwd: target.folder, env: { ...env, CGO_ENABLED: cgo } })
    renameSync(temporary, join(folder, target.name))
  } finally {
    clearInterval(beat)
    rmSync(temporary, { force: true })
  }
  say(`  ${target.name} built in ${seconds()}`)
}

/** Temporary files of builds that were killed. */
function removeLeftovers(folder) {
  for (const name of readdirSync(folder)) {
    const builder = /^\.[a-z-]+\.(\d+)$/.exec(name)?.[1]
    if (builder !== undefined && !isAlive(Number(builder)))
      rmSync(join(folder, name), { force: true })
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Throws the hint where there is no Go. @param {string} hint @param {NodeJS.ProcessEnv} env */
export async function requireGo(hint, env) {
  await go(['version'], { env }).catch(cause => {
    throw new Error(hint, { cause })
  })
}

/** Runs go; on failure the error carries the end of what it said. */
function go(args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', text => (said = (said + text).slice(-4000)))
    child.on('error', reject)
    child.on('close', code =>
      code === 0
        ? resolve(undefined)
        : reject(new Error(`go ${args[0]} failed (${code}):\n${said}`)),
    )
  })
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
