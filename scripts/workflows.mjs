// node scripts/workflows.mjs: checks every workflow of this repository and of the examples with actionlint and zizmor, which are
// installed in the cache. actionlint is built once with Go; zizmor comes from PyPI, and is skipped without pip.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../test/control-plane/binaries.mjs'
import { ROOT, run, runSteps } from './run.mjs'

const ACTIONLINT = '1.7.12'
const ZIZMOR = '1.32.0'
const FOLDERS = ['.github/workflows', 'examples/workflows']
const OTHERS = ['action.yml', '.github/dependabot.yml', 'examples/dependabot.yml']

const workflows = FOLDERS.flatMap(folder =>
  readdirSync(join(ROOT, folder)).map(name => join(folder, name)),
)
const zizmor = ensureZizmor()
if (zizmor === null) console.log('left out: zizmor, since there is no pip')
const passed = await runSteps([
  { name: 'actionlint', run: async () => run(ensureActionlint(), workflows) },
  ...(zizmor === null
    ? []
    : [
        {
          name: 'zizmor',
          run: () =>
            run(zizmor, [
              '--offline',
              '--no-progress',
              '--persona=pedantic',
              ...workflows,
              ...OTHERS,
            ]),
        },
      ]),
])
process.exitCode = passed ? 0 : 1

/** Path of actionlint, built if necessary. Throws without Go. */
function ensureActionlint() {
  const folder = join(cacheFolder(), 'workflow-tools', `actionlint-${ACTIONLINT}`)
  const program = join(folder, 'actionlint')
  if (!existsSync(program))
    execFileSync('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
      stdio: 'inherit',
    })
  return program
}

/** Path of zizmor, installed if necessary; null if pip cannot install it. */
function ensureZizmor() {
  const folder = join(cacheFolder(), 'workflow-tools', `zizmor-${ZIZMOR}`)
  const program = join(folder, 'bin', 'zizmor')
  if (existsSync(program)) return program
  const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder]
  try {
    mkdirSync(folder, { recursive: true })
    execFileSync('python3', [...args, `zizmor==${ZIZMOR}`], { stdio: 'inherit' })
    return program
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
}
