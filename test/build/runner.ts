// The action as started by a runner: a job's folders, an event file, GitHub's environment, output files. Nothing of the machine's own
// environment is passed on.
import type { ChildProcess } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runEntry } from './reuse/run.ts'
import type { Ran } from './reuse/run.ts'
import type { ShownRun } from './shown-json.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const ACTION = process.env['COUNTERSIGN_ACTION'] ?? join(ROOT, 'build/action.js')

export interface Job {
  /** Name and payload of the event. */
  readonly event: { readonly name: string; readonly payload: unknown }
  readonly env: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  /** Modules that Node loads before the action. */
  readonly preload?: readonly string[]
  /** Files of the checkout, which the action never reads. */
  readonly workspace?: Readonly<Record<string, string>>
  /** Runs while the action runs. */
  readonly meanwhile?: (child: ChildProcess, folder: string) => Promise<void>
}

export interface ActionRan extends Ran {
  readonly outputs: Readonly<Record<string, string>>
  /** The output file as written by the action. */
  readonly outputText: string
  readonly summary: string
  /** The file at result-path; null if none was written. */
  readonly result: ShownRun
  readonly evidence: readonly object[]
  /** Files that the job left, by path below its folder. */
  readonly files: ReadonlyMap<string, string>
  /** Permission bits of the same files. */
  readonly modes: ReadonlyMap<string, number>
}

/** Runs one job of one step to its end. */
export async function runJob(job: Job): Promise<ActionRan> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-job-'))
  try {
    return await runIn(folder, job)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runIn(folder: string, job: Job): Promise<ActionRan> {
  const at = (name: string): string => join(folder, name)
  for (const name of ['workspace', 'temp', 'home', 'runner']) mkdirSync(at(name))
  for (const name of ['output', 'summary']) writeFileSync(at(`runner/${name}`), '')
  writeFileSync(at('runner/event.json'), JSON.stringify(job.event.payload))
  for (const [path, text] of Object.entries(job.workspace ?? {}))
    writeFileSync(at(`workspace/${path}`), text)
  const preload = (job.preload ?? []).flatMap(name => ['--import', join(ROOT, name)])
  const { meanwhile } = job
  const ran = await runEntry({
    entry: ACTION,
    args: [],
    cwd: at('workspace'),
    env: environment(job, at),
    node: preload,
    ...(meanwhile === undefined ? {} : { meanwhile: child => meanwhile(child, folder) }),
  })
  const outputText = readFileSync(at('runner/output'), 'utf8')
  const outputs = readOutputs(outputText)
  const json = (name: string) => {
    const path = outputs[name]
    return JSON.parse(path === undefined ? 'null' : readFileSync(path, 'utf8'))
  }
  const paths = pathsBelow(folder)
  return {
    ...ran,
    outputText,
    outputs,
    summary: readFileSync(at('runner/summary'), 'utf8'),
    result: json('result-path'),
    evidence: json('evidence-path'),
    files: new Map(paths.map(path => [path, readFileSync(at(path), 'utf8')])),
    modes: new Map(paths.map(path => [path, statSync(at(path)).mode & 0o777])),
  }
}

function environment(job: Job, at: (name: string) => string): Record<string, string> {
  const inputs = Object.entries(job.inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: at('home'),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: job.event.name,
    GITHUB_EVENT_PATH: at('runner/event.json'),
    GITHUB_WORKSPACE: at('workspace'),
    GITHUB_OUTPUT: at('runner/output'),
    GITHUB_STEP_SUMMARY: at('runner/summary'),
    RUNNER_TEMP: at('temp'),
    NODE_NO_WARNINGS: '1',
    ...Object.fromEntries(inputs),
    ...job.env,
  }
}

/** `name<<delimiter`, the value, the delimiter: as the runner reads the file. */
function readOutputs(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [, name = '', , value = ''] of text.matchAll(/^([^\n=]+)<<(.*)\n([^]*?)\n\2$/gm))
    found[name] = value
  return found
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
