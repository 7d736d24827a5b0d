// Who holds a claim, in a form that a later run on the same machine can check: is that process still there?
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Processes } from '../ports.ts'

/**
 * `who@host machine pid start`. Machine is the boot and the pid namespace, so a holder from elsewhere is never taken for
 * one of ours; start tells a process from a later one with the same id. Only Linux says all of it; elsewhere nobody is
 * ever known to be gone, and a claim simply runs out.
 */
export function systemProcesses(run: string | null): Processes {
  const machine = machineId()
  const start = startOf(process.pid)
  const who = run ?? `${osUser()}@${hostname()}`
  return {
    holder: `${who.replaceAll(' ', '-')} ${machine ?? 'elsewhere'} ${process.pid} ${start ?? 0}`,
    isGone(holder) {
      const [, theirMachine, pid, theirStart] = holder.split(' ')
      if (machine === null || theirMachine !== machine || pid === undefined) return false
      return startOf(Number(pid)) !== theirStart
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
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, ''))
  return boot === null || namespace === null ? null : `${boot}/${namespace}`
}

/** Start time of a process in clock ticks since boot (proc(5), field 22), null when there is none. */
function startOf(pid: number): string | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
