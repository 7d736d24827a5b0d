// The action as a runner starts it: an event file, GitHub's environment, output files. No network.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ran, Workshop } from './workshop.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const ACTION = process.env['COUNTERSIGN_ACTION'] ?? join(ROOT, 'build/action.js')

export interface ActionRun extends Ran {
  readonly outputs: string
  /** The file behind result-path, null where none was written. */
  readonly result: any
}

export interface EventWords {
  readonly name: 'pull_request' | 'push' | 'schedule'
  readonly head: string
  readonly base?: string
  readonly inputs?: Readonly<Record<string, string>>
}

/** Id of the commit that HEAD of a workshop names. */
export function head(workshop: Workshop): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], {
    cwd: workshop.folder,
    encoding: 'utf8',
  }).trim()
}

export async function runAction(workshop: Workshop, event: EventWords): Promise<ActionRun> {
  const at = (name: string): string =>
    join(workshop.folder, '..', `${workshop.folder.split('/').pop() ?? ''}-${name}`)
  const payload =
    event.base === undefined
      ? { after: event.head }
      : { pull_request: { head: { sha: event.head }, base: { sha: event.base } } }
  writeFileSync(at('event.json'), JSON.stringify(payload))
  writeFileSync(at('output'), '')
  const inputs = { command: '', config: 'countersign.yaml', 'fail-on': 'refused', ...event.inputs }
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: workshop.folder,
    GITHUB_ACTIONS: 'true',
    CI: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: at('event.json'),
    GITHUB_WORKSPACE: workshop.folder,
    GITHUB_SHA: event.head,
    GITHUB_OUTPUT: at('output'),
    RUNNER_TEMP: join(workshop.folder, '..'),
    NODE_NO_WARNINGS: '1',
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  }
  const child = spawn(process.execPath, [ACTION], { cwd: workshop.folder, env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...ended) => resolve(ended))
  })
  const outputs = readFileSync(at('output'), 'utf8')
  const path = /^result-path<<(.*)\n(.*)\n\1$/m.exec(outputs)?.[2]
  const result = path === undefined ? null : JSON.parse(readFileSync(path, 'utf8'))
  return { code, signal, stdout, stderr, outputs, result }
}
