// Processes that are started here and ended by id: never by name, and never one that only inherited the number.
// A process is its id together with its start time, so a record can outlive the process safely.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const TERMINATE_DEADLINE = 5_000
const POLL = 50

/** @typedef {{ name: string, pid: number, startTime: string }} RecordedProcess */

/**
 * Starts a program that outlives its parent's terminal, with an empty environment but for a home folder.
 * @param {{ name: string, program: string, args: string[], folder: string, logFile: string }} what
 * @returns {RecordedProcess}
 */
export function startProcess({ name, program, args, folder, logFile }) {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(program, args, {
      cwd: folder,
      env: { HOME: folder, TMPDIR: folder },
      stdio: ['ignore', log, log],
      detached: true,
    })
    // The log and isRunning() tell about a failed start; without a listener Node would throw it at nobody.
    child.on('error', () => {})
    child.unref()
    if (child.pid === undefined) throw new Error(`${program} cannot be started`)
    return { name, pid: child.pid, startTime: startTime(child.pid) ?? '' }
  } finally {
    closeSync(log)
  }
}

/** @param {RecordedProcess} recorded */
export function isRunning(recorded) {
  return startTime(recorded.pid) === recorded.startTime
}

/**
 * Ends the processes one after the other in the order given, so that none loses another it needs to end well
 * (an API server without etcd drains for long); one that has not gone when its deadline is over is killed.
 * @param {readonly RecordedProcess[]} processes
 */
export async function endProcesses(processes) {
  for (const recorded of processes) await endProcess(recorded)
}

async function endProcess(recorded) {
  signal(recorded, 'SIGTERM')
  if (await isGone(recorded, TERMINATE_DEADLINE)) return
  signal(recorded, 'SIGKILL')
  if (await isGone(recorded, TERMINATE_DEADLINE)) return
  throw new Error(`could not end ${recorded.name} (${recorded.pid})`)
}

/** Ports on loopback that nobody listens on at this moment. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, listen))
  const ports = servers.map(server => server.address().port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

function listen() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function signal(recorded, name) {
  if (!isRunning(recorded)) return
  try {
    process.kill(recorded.pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

async function isGone(recorded, milliseconds) {
  const deadline = Date.now() + milliseconds
  while (isRunning(recorded)) {
    if (Date.now() > deadline) return false
    await sleep(POLL)
  }
  return true
}

/** When the process started, as the system says it; null where there is none, or only its remains. */
function startTime(pid) {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid)
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and brackets, so count behind its last one. */
function linuxStartTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function psStartTime(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim()
    return line === '' ? null : line
  } catch {
    return null
  }
}
