// act in host mode: one workflow run on this machine, with nothing of the machine's environment but the PATH, and everything it
// said, gave and left behind.
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
/** Any `uses:` of the product, by whichever name and version. */
const PRODUCT = /^[\w.-]+\/countersign@/
const LABELS = ['ubuntu-latest', 'ubuntu-24.04']

export interface ActOptions {
  readonly act: string
  readonly event: string
  readonly payload: object
  /** A work tree whose HEAD is the commit of the run: act takes GITHUB_SHA from there and from nowhere else. */
  readonly folder: string
  /** Path of the workflow file in the work tree. */
  readonly workflow: string
  readonly actor: string
  /** What the runner sets: GITHUB_… and ACTIONS_…. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Folder with the node that runs the action; the one that runs this where null. */
  readonly node: string | null
}

export interface ActRun extends ActReport {
  readonly code: number | null
  readonly seconds: number
  /** Version of the node that jobs find, and act with it. */
  readonly node: string
  /** Workspace and temporary folder as the job left them, as one text. */
  readonly left: string
  /** Everything a person may come to see, as one text: log, annotations, outputs, summary. No masks, which hold the secrets. */
  readonly shown: string
}

/** Runs the workflow to its end. Throws where act did not do what GitHub does. */
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
  // A test runs in a folder of its own: nothing of the person's home, and no variable that leads anywhere.
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

/** The workflow of the commit, with one more step in each job that keeps what is left; and the actions it uses of ours. */
function putWorkflow(
  options: ActOptions,
  home: string,
): { readonly uses: readonly string[]; readonly folder: string } {
  const workflow = parse(readFileSync(join(options.folder, options.workflow), 'utf8'))
  const keep = {
    name: 'keep what is left',
    if: 'always()',
    run: `node --version > "$LEFT/node"
tar -cf "$LEFT/$GITHUB_JOB.tar" -C "$GITHUB_WORKSPACE" . -C "$RUNNER_TEMP" .`,
  }
  const uses = new Set<string>()
  for (const job of Object.values<any>(workflow.jobs)) {
    for (const step of job.steps) if (PRODUCT.test(step.uses ?? '')) uses.add(step.uses)
    job.steps.push(keep)
  }
  const folder = join(home, 'workflows')
  mkdirSync(folder)
  writeFileSync(join(folder, basename(options.workflow)), stringify(workflow))
  return { uses: [...uses], folder }
}

/** The action as a tag of it holds it, without the command line. */
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
