// npm run check [-- --all]: the checks before every commit, in less than 30 s: format, lint, types, and the unit tests that import a
// module changed since origin/main (without it, since the last commit). --all runs every unit test.
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { runJest } from './jest.mjs'
import { installed, ROOT, runNode, runSteps } from './run.mjs'

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } })
const chosen = values.all ? [] : ['--changedSince', base(), '--passWithNoTests']
const passed = await runSteps([
  {
    name: 'format',
    run: () =>
      runNode([
        installed('prettier/bin/prettier.cjs'),
        '--check',
        '--cache',
        '--log-level',
        'warn',
        '.',
      ]),
  },
  {
    name: 'lint',
    run: () =>
      runNode([
        installed('oxlint/bin/oxlint'),
        '--type-aware',
        '--deny-warnings',
        'src',
        'test',
        'scripts',
      ]),
  },
  {
    name: 'types',
    // What did not change since the last check is not checked again.
    run: () =>
      runNode([
        installed('typescript/bin/tsc'),
        '--noEmit',
        '--incremental',
        '--tsBuildInfoFile',
        '.cache/types.json',
      ]),
  },
  { name: 'unit', run: () => runJest('unit', ['--silent', ...chosen]) },
])
process.exitCode = passed ? 0 : 1

function base() {
  try {
    const options = { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', ['merge-base', 'HEAD', 'origin/main'], options).trim()
  } catch {
    return 'HEAD'
  }
}
