// One process from its start to its end: its time and its largest memory. It sees nothing of the environment but what it is given.
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLI } from '../build/workshop.ts'

export interface Program {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

const TAIL = 4000
const USAGE = join(import.meta.dirname, 'usage.cjs')

/** Seconds. Throws with the end of the output if the exit code is not 0. */
export async function timed({ program, args, cwd, env = {} }: Program): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-timed-'))
  const output = openSync(join(folder, 'output'), 'w')
  try {
    const started = performance.now()
    const code = await new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
        stdio: ['ignore', output, output],
      })
      child.on('error', reject)
      child.on('exit', resolve)
    })
    const seconds = (performance.now() - started) / 1000
    if (code === 0) return seconds
    const said = readFileSync(join(folder, 'output'), 'utf8').slice(-TAIL)
    throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}:\n${said}`)
  } finally {
    closeSync(output)
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface ProfileTarget {
  readonly folder: string
  readonly name: string
}

/** countersign in a folder with files and, for most commands, a kubeconfig. */
export function timedCountersign(
  args: readonly string[],
  cwd: string,
  { profile = null, node = [], env = {} }: CountersignOptions = {},
): Promise<number> {
  const profiling =
    profile === null
      ? []
      : [
          '--cpu-prof',
          `--cpu-prof-dir=${profile.folder}`,
          `--cpu-prof-name=${profile.name}.cpuprofile`,
        ]
  return timed({
    program: process.execPath,
    args: [...node, ...profiling, CLI, ...args],
    cwd,
    env: { KUBECONFIG: join(cwd, 'kubeconfig'), GIT_CONFIG_NOSYSTEM: '1', ...env },
  })
}

export interface CountersignOptions {
  readonly profile?: ProfileTarget | null
  /** Options of Node. */
  readonly node?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Usage {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly megabytes: number
}

export async function usageOfCountersign(
  args: readonly string[],
  cwd: string,
  options: CountersignOptions = {},
): Promise<Usage> {
  const file = join(cwd, 'usage.json')
  const seconds = await timedCountersign(args, cwd, {
    ...options,
    node: ['--require', USAGE, ...(options.node ?? [])],
    env: { ...options.env, USAGE_FILE: file },
  })
  const { kibibytes, cpuSeconds } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  return { seconds, cpuSeconds, megabytes: (kibibytes * 1024) / 1_000_000 }
}
