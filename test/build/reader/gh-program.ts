// What `gh` does in the world of a reader, as far as the documents use it. A colleague reviews in the browser: each pull request is
// approved right before its merge.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { found } from '../../github-double/refusal.ts'
import type { FileChanges } from '../../github-double/git/git-files.ts'
import type { ReaderGithub } from './reader-github.ts'

export interface GhCall {
  readonly args: readonly string[]
  readonly input: string
  readonly folder: string
}

export interface GhAnswer {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** The answer to one call; an unknown command is an error of the document. */
export async function answerGh(github: ReaderGithub, call: GhCall): Promise<GhAnswer> {
  const [noun = '', verb = '', ...rest] = call.args
  const { values, positionals } = parseArgs({
    args: noun === 'api' ? [verb, ...rest] : rest,
    allowPositionals: true,
    strict: false,
    options: OPTIONS,
  })
  const [first = ''] = positionals
  const flag = (name: string): string => String(values[name] ?? '')
  switch (noun === 'api' ? noun : `${noun} ${verb}`) {
    case 'auth token':
      return answer(`${github.token}\n`)
    case 'pr create':
      return answer(`${opened(github, call.folder, flag('title'))}\n`)
    case 'pr merge':
      await github.merges(Number(first))
      return answer(`✓ Squashed and merged pull request acme/certs#${first}\n`)
    case 'secret set':
      await github.storesSecret(flag('env'), first, flag('body') || call.input)
      return answer(`✓ Set Actions secret ${first} for acme/certs\n`)
    case 'workflow run':
      await github.runsApply('workflow_dispatch')
      return answer('')
    case 'api':
      return answer(await github.asks(first, flag('jq')))
    default:
      return { stdout: '', stderr: `unknown command "${noun} ${verb}" for "gh"\n`, code: 1 }
  }
}

const OPTIONS = {
  repo: { type: 'string' },
  title: { type: 'string' },
  body: { type: 'string' },
  env: { type: 'string' },
  jq: { type: 'string' },
  squash: { type: 'boolean' },
  fill: { type: 'boolean' },
} as const

function answer(stdout: string): GhAnswer {
  return { stdout, stderr: '', code: 0 }
}

/** The pushed branch of the checkout becomes a pull request; its address. */
function opened(github: ReaderGithub, folder: string, title: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
  const branch = git('branch', '--show-current')
  const changed = git('diff', '--no-renames', '--name-status', 'origin/main...HEAD').split('\n')
  const top = git('rev-parse', '--show-toplevel')
  const files: FileChanges = Object.fromEntries(
    changed.map(row => {
      const [state, path = ''] = row.split('\t')
      return [path, state === 'D' ? null : readFileSync(join(top, path), 'utf8')]
    }),
  )
  const message = title || git('log', '-1', '--format=%s')
  return github.opens(found(branch || null, 'branch'), files, message)
}
