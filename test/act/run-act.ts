// act in host mode: one workflow run on this machine, with only PATH from the environment; returns its output, outputs and
// remaining files.
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { readAct } from './read-act.ts'
import type { ActReport } from './read-act.ts'

const ROOT = new URL('../../', import.meta.url).pathname
/** Any `uses:` of the action, with any name and version. */
const PRODUCT = /^[\w.-]+\/countersign@/
const LABELS = ['ubuntu-latest', 'ubuntu-24.04']

export interface ActOptions {
  readonly act: string
  readonly event: string
  readonly payload: object
  /** A work tree whose HEAD is the commit of the run: act reads GITHUB_SHA from there only. */
  readonly folder: string
  /** Path of the workflow file in the work tree. */
  readonly workflow: string
  readonly actor: string
  /** Variables of the runner: GITHUB_… and ACTIONS_…. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Folder of the Node for the action; null for the current one. */
  readonly node: string | null
}

export interface ActRun extends ActReport {
  readonly code: number | null
  readonly seconds: number
  /** Version of the Node that the jobs and act use. */
  readonly node: string
  /** Workspace and temporary folder after the job, as one text. */
  readonly left: string
  /** Everything that a person can see, as one text: log, annotations, outputs, summary. Without masks, which hold secrets. */
  readonly shown: string
}

/** Runs the workflow to its end. Throws if act behaves differently from GitHub. */
export async function runAct(options: ActOptions): Promise<ActRun> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-act-'))
  try {
    const started = performance.now()
    const { code, stdout, stderr } = await start(options, home)
    const report = readAct(stdout, stderr)
    const names = readdirSync(join(home, 'left'))
    const read = (name: string): string => readFileSync(join(home, 'left', name), 'latin1')
    const left = names.map(read).join('\n')
    const node = names.includes('node') ? read('node').trim() : ''
    const seconds = (performance.now() - started) / 1000
    return { ...report, code, seconds, node, left, shown: `${report.lines.join('\n')}\n${stderr}` }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function start(
  options: ActOptions,
  home: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const path = join(home, 'event.json')
  writeFileSync(path, JSON.stringify(options.payload))
  mkdirSync(join(home, 'left'))
  const { uses, folder } = putWorkflow(options, home)
  const product = actionFolder(home)
  const args = [
    options.event,
    '--json',
    '-C',
    options.folder,
    '-W',
    folder,
    '-e',
    path,
    '-a',
    options.actor,
    ...LABELS.flatMap(label => ['-P', `${label}=-self-hosted`]),
    '--no-cache-server',
    '--action-cache-path',
    join(home, 'actions'),
    ...uses.flatMap(name => ['--local-repository', `${name}=${product}`]),
    ...Object.entries({ ...options.env, LEFT: join(home, 'left') }).flatMap(pair('--env')),
    ...Object.entries(options.secrets).flatMap(pair('-s')),
  ]
  const paths = [options.node ?? dirname(process.execPath), process.env['PATH'] ?? '']
  // A test runs in its own folder, with nothing of the user's home and no variable that points elsewhere.
  const env = { PATH: paths.join(delimiter), HOME: home, TMPDIR: home, GIT_CONFIG_NOSYSTEM: '1' }
  const child = spawn(options.act, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, stdout, stderr }
}

function pair(flag: string): (entry: readonly [string, string]) => readonly string[] {
  return ([name, value]) => [flag, `${name}=${value}`]
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: { readonly uses?: string; readonly run?: string }[] }>
  >
}

/** The workflow of the commit, with a step in each job that saves the remaining files, and our action as a local action. */
function putWorkflow(
  options: ActOptions,
  home: string,
): { readonly uses: readonly string[]; readonly folder: string } {
  const workflow: Workflow = parse(readFileSync(join(options.folder, options.workflow), 'utf8'))
  const keep = {
    name: 'keep what is left',
    if: 'always()',
    run: `node --version > "$LEFT/node"
tar -cf "$LEFT/$GITHUB_JOB.tar" -C "$GITHUB_WORKSPACE" . -C "$RUNNER_TEMP" .`,
  }
  const uses = new Set<string>()
  for (const job of Object.values(workflow.jobs)) {
    for (const { uses: action = '' } of job.steps) if (PRODUCT.test(action)) uses.add(action)
    job.steps.push(keep)
  }
  const folder = join(home, 'workflows')
  mkdirSync(folder)
  writeFileSync(join(folder, basename(options.workflow)), stringify(workflow))
  return { uses: [...uses], folder }
}

/** The action as in a tag, without the command line. */
function actionFolder(home: string): string {
  const folder = join(home, 'product')
  const dist = process.env['COUNTERSIGN_DIST'] ?? join(ROOT, 'dist')
  mkdirSync(join(folder, 'dist'), { recursive: true })
  copyFileSync(join(ROOT, 'action.yml'), join(folder, 'action.yml'))
  for (const name of readdirSync(dist))
    if (statSync(join(dist, name)).isFile())
      copyFileSync(join(dist, name), join(folder, 'dist', name))
  return folder
}
