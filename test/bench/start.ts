// The time of commands in dist, from the start of Node to its end: the shortest of ten interleaved runs, because a busy machine makes
// single runs longer and never shorter. With --json it prints the rows as JSON.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CREDENTIAL, cacheCredential } from '../build/cached-credential.ts'
import { Acme } from '../build/github-run.ts'
import type { RunWords } from '../build/github-run.ts'
import { nowhere } from '../build/place.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { replayed } from './replayed.ts'
import type { StartRow } from './report.ts'

const CLI = join(import.meta.dirname, '../../dist/cli/index.js')
const RUNS = 10
const REQUEST = 'requests/jane.yaml'
const NAMES = { owner: 'bench', namespace: 'apps' }
/** Fields that the defaults of a configuration usually set. */
const WHOLE = [
  'signerName: kubernetes.io/kube-apiserver-client',
  'usages: [digital signature, client auth]',
  'duration: 24h',
  'sinks: [{secret: {namespace: apps, name: jane-tls}}]',
]

interface Case {
  readonly what: string
  /** Times what `node -e 0` takes; null where nothing is promised. */
  readonly most: number | null
  readonly run: () => unknown
}

const home = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
const alone = folder('alone', { [REQUEST]: requestText({ name: 'jane', more: WHOLE }) })
const repository = folder('repository', {
  'countersign.yaml': configText(NAMES),
  'policies/everybody.yaml': policyText('apps'),
  [REQUEST]: requestText({ name: 'jane' }),
})
await cacheCredential(home)
const acme = await Acme.open(nowhere())
acme.does('author pushes to words', { 'README.md': 'Words.\n' })
acme.does('author opens PR1 from words')
const github = await replayed(acme.url)

const cases: readonly Case[] = [
  { what: 'node -e 0', most: null, run: () => node(home, '-e', '0') },
  { what: '--version', most: 2, run: () => node(home, CLI, '--version') },
  {
    what: 'credential with a certificate in the cache',
    most: 2,
    run: () => node(home, CLI, ...CREDENTIAL),
  },
  { what: '--help', most: 2, run: () => node(home, CLI, '--help') },
  { what: 'validate, one request', most: 4, run: () => node(alone, CLI, 'validate') },
  {
    what: 'validate, with configuration and policy',
    most: null,
    run: () => node(repository, CLI, 'validate'),
  },
  {
    what: 'action that stops before it asks GitHub',
    most: 4,
    run: () => action({ inputs: { token: '' } }, 2),
  },
  {
    what: `action on a pull request with nothing to do`,
    most: 4,
    run: () => action({ env: { GITHUB_API_URL: github.url } }, 0),
  },
]

try {
  const shortest = new Map<Case, number>()
  for (let round = 0; round <= RUNS; round++)
    for (const each of cases) {
      const started = performance.now()
      await each.run()
      const took = performance.now() - started
      // The first round fills the caches of the disk and of the replayed GitHub.
      if (round > 0) shortest.set(each, Math.min(took, shortest.get(each) ?? Infinity))
    }
  const base = shortest.get(cases[0]!) ?? NaN
  const rows = [...shortest].map(([{ what, most }, took]): StartRow => {
    return { what, milliseconds: took, ratio: took / base, most }
  })
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else print(rows)
} finally {
  await github.stop()
  await acme.end()
  rmSync(home, { recursive: true, force: true })
}

function print(rows: readonly StartRow[]): void {
  for (const { what, milliseconds, ratio, most } of rows) {
    const promise = most === null ? '' : `  at most ${most}${ratio > most ? ', MISSED' : ''}`
    process.stdout.write(
      `${milliseconds.toFixed(0).padStart(5)} ms ${ratio.toFixed(2).padStart(6)} ×  ${what}${promise}\n`,
    )
  }
  process.stdout.write(
    `GitHub is asked ${github.asked / (RUNS + 1)} times for a pull request with nothing to do\n`,
  )
}

function ofNode(): Readonly<Record<string, string>> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && /^(?:NODE_|SSL_)/.test(name) ? [[name, value] as const] : [],
  )
  return Object.fromEntries(kept)
}

function folder(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name, path)), { recursive: true })
    writeFileSync(join(home, name, path), text)
  }
  return join(home, name)
}

/** In the environment of the person who measures, because some variables make every start of Node longer. */
function node(cwd: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, args, {
    cwd,
    stdio: 'ignore',
    env: { ...process.env, HOME: home },
  })
}

async function action(words: RunWords, code: number): Promise<void> {
  const ran = await acme.plan(1, { ...words, env: { ...ofNode(), ...words.env } })
  if (ran.code !== code) throw new Error(`exit code ${ran.code}: ${ran.stdout}${ran.stderr}`)
}
