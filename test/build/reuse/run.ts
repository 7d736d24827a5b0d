// One run of a compiled entry point of countersign: in a new process, or in a reused one (pool.mjs) if the suite has a pool and the
// run needs no process of its own.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Ran {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface EntryRun {
  /** Path of the entry point. */
  readonly entry: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Arguments of Node before the entry point. */
  readonly node?: readonly string[]
  /** Runs next to the process, which is a new one then. */
  readonly meanwhile?: (child: ChildProcess) => Promise<void>
}

/** CPU seconds of shared processes, which scripts/native-jest/costs.cjs adds to those of the test. */
const SHARED_CPU = Symbol.for('countersign.shared-cpu')
/** Modules that may be loaded before countersign in a process that many runs share: they keep nothing of a run. */
const REUSABLE =
  /\/test\/build\/(?:skip-sleeps|skip-long-waits|short-api-timeout|clock-ahead)\.mjs$/
const POOL = process.env['COUNTERSIGN_TEST_POOL'] ?? ''

export function runEntry(run: EntryRun): Promise<Ran> {
  const { node = [], env, meanwhile } = run
  const flags = [...node, ...(env['NODE_OPTIONS'] ?? '').split(' ').filter(flag => flag !== '')]
  const isReusable = flags.every(flag => flag === '--import' || REUSABLE.test(flag))
  return POOL === '' || meanwhile !== undefined || !isReusable
    ? inOwnProcess(run)
    : inReusedProcess(run, flags)
}

async function inReusedProcess(
  { entry, args, cwd, env, stdin = '' }: EntryRun,
  flags: readonly string[],
): Promise<Ran> {
  const connection = connect(POOL)
  connection.end(JSON.stringify({ entry, args, cwd, env, stdin, flags }))
  const { cpuSeconds = 0, ...ran } = JSON.parse(await text(connection)) as Ran & {
    readonly cpuSeconds?: number
  }
  const shared = Reflect.get(globalThis, SHARED_CPU) as { seconds: number } | undefined
  if (shared !== undefined) shared.seconds += cpuSeconds
  return ran
}

async function inOwnProcess(run: EntryRun): Promise<Ran> {
  const { entry, args, cwd, env, stdin = '', node = [], meanwhile } = run
  const child = spawn(process.execPath, [...node, entry, ...args], { cwd, env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  child.stdin.on('error', () => undefined).end(stdin)
  const ended = new Promise<Pick<Ran, 'code' | 'signal'>>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  const [how] = await Promise.all([ended, meanwhile?.(child)])
  return { ...how, stdout, stderr }
}
