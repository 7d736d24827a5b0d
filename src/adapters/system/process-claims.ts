// The holder of a claim, in a form that lets a later run on the same machine check whether its process still exists.
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Processes } from '../../ports/processes.ts'
import { errorCode, nullIfThrown } from './system-error.ts'

/**
 * `who@host machine pid start`. `machine` is the boot and the pid namespace, so a holder on another machine is never taken for a
 * local one. `start` distinguishes a process from a later one with the same id. Only Linux provides all of this. Elsewhere no
 * holder is known to have ended, and a claim simply expires.
 */
export function systemProcesses(run: string | null): Processes {
  const machine = machineId()
  const start = statOf(process.pid)?.start
  const who = run ?? `${osUser()}@${hostname()}`
  return {
    holder: `${who.replaceAll(' ', '-')} ${machine ?? 'elsewhere'} ${process.pid} ${start ?? 0}`,
    isGone(holder) {
      const [, theirMachine, pid, theirStart] = holder.split(' ')
      if (machine === null || theirMachine !== machine || pid === undefined) return false
      return isEnded(Number(pid), theirStart)
    },
  }
}

/** The name of the operating system's user, `unknown` where it has none. */
export function osUser(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

function machineId(): string | null {
  const boot = nullIfThrown(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const namespace = nullIfThrown(() => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, ''))
  return boot === null || namespace === null ? null : `${boot}/${namespace}`
}

/** Whether that process has ended; false if this cannot be seen (`hidepid`, another user's process). */
function isEnded(pid: number, start: string | undefined): boolean {
  const seen = statOf(pid)
  if (seen !== null) return seen.start !== start || seen.state === 'Z' || seen.state === 'X'
  try {
    process.kill(pid, 0)
    return false
  } catch (cause) {
    return errorCode(cause) === 'ESRCH'
  }
}

/** State and start time in clock ticks since boot (proc(5), fields 3 and 22), null if they cannot be seen. */
function statOf(
  pid: number,
): { readonly state: string | undefined; readonly start: string | undefined } | null {
  const stat = nullIfThrown(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0], start: fields[19] }
}
