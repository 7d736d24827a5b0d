// A copy of the repository in a temporary folder, in which one break is tried at a time.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pathsOf } from './tables.mjs'
import { firstFailed, keenHistories, remember, witnessOf } from './witnesses.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What a break may change, what runs it, and what finds it by its own path. The rest are links. */
const COPIED = ['package.json', 'jest.config.mjs', 'scripts', 'src', 'test']
const LEFT_OUT = ['.git', '.cache', 'build', ...COPIED]
const MODEL_TIMEOUT = 900_000
const HISTORIES = 'approval/histories.test.ts'
const FIXTURES = 'test/fixtures/histories'
/** The part of the model check that goes without sockets. */
const MODEL = ['test/conformance/approval/model.test.ts', '--testNamePattern=random histories from']

/** @typedef {import('./tables.mjs').Group} Group */

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => process.exit(1))

/** @param {number | undefined} group */
function kill(group) {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** @param {string} name of a test @returns the flag of jest that selects it */
function only(name) {
  return `--testNamePattern=^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`
}

/** @typedef {Group & { readonly args?: readonly string[], readonly env?: NodeJS.ProcessEnv }} Asked */

/**
 * The histories that noticed most breaks, where histories are judges: reading all of them takes longer than playing these.
 * @param {readonly Group[]} judges
 * @returns {readonly Asked[]}
 */
function keenest(judges) {
  const names = keenHistories().filter(name => existsSync(join(ROOT, FIXTURES, `${name}.yaml`)))
  if (names.length === 0 || !judges.some(({ tests }) => tests.includes(HISTORIES))) return []
  const env = { COUNTERSIGN_HISTORIES: names.join(',') }
  const args = ['--testNamePattern=judges the history']
  return [{ suite: 'conformance', tests: [HISTORIES], args, env }]
}

export class Copy {
  #folder = mkdtempSync(join(tmpdir(), 'countersign-mutation-'))

  constructor() {
    for (const path of COPIED)
      cpSync(join(ROOT, path), join(this.#folder, path), { recursive: true })
    for (const name of readdirSync(ROOT).filter(each => !LEFT_OUT.includes(each)))
      symlinkSync(join(ROOT, name), join(this.#folder, name))
  }

  /**
   * Throws where the tests fail without a break.
   * @param {readonly Group[]} judges
   */
  async check(judges) {
    for (const group of judges)
      if (!(await this.#ends(group.suite, pathsOf(group))).passed)
        throw new Error(`${pathsOf(group).join(' ')} fails without a break (${this.#folder})`)
  }

  /**
   * The tests that notice that a file below src has this text; null where none does. The test that noticed this break the last time
   * comes first, then the file's own unit test, then the histories that noticed most breaks, then the groups in their order. A file of
   * tests ends at the first failure.
   * @param {string} id of the break
   * @param {string} file
   * @param {string} text
   * @param {readonly Group[]} judges
   */
  async noticedBy(id, file, text, judges) {
    const path = join(this.#folder, 'src', file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      const last = witnessOf(id)
      const isThere = last !== null && existsSync(join(this.#folder, last.path))
      if (isThere && !(await this.#ends(last.suite, [last.path, only(last.name)])).passed)
        return `${last.suite} ${last.path.replace(/^test\/\w+\//, '')}`
      for (const group of [...this.#ownTest(file), ...keenest(judges), ...judges]) {
        const { suite, args = [], env = {} } = group
        const { passed, output } = await this.#ends(suite, [...pathsOf(group), ...args], env)
        if (passed) continue
        remember(id, firstFailed(group.suite, output))
        return `${group.suite} ${group.tests.length > 2 ? 'tests' : group.tests.join(' ')}`
      }
      remember(id, null)
      return null
    } finally {
      writeFileSync(path, whole)
    }
  }

  /**
   * `seed N`, at which the model check notices that a file below src has this text; null where it does not. Throws where it fails in
   * another way.
   * @param {string | null} file
   * @param {string} text
   */
  async seedFor(file, text) {
    const path = join(this.#folder, 'src', file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      // All histories run, because a bug may show only after hundreds of them.
      const { code, output } = await this.#run('conformance', MODEL, MODEL_TIMEOUT, {
        COUNTERSIGN_TEST: 'all',
      })
      const [seed] = /seed \d+(?=:)/.exec(output) ?? []
      if (code !== 0 && seed === undefined) throw new Error(output)
      return seed ?? null
    } finally {
      writeFileSync(path, whole)
    }
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** @param {string} file @returns {readonly Asked[]} */
  #ownTest(file) {
    const own = file.replace(/\.ts$/, '.test.ts')
    return existsSync(join(this.#folder, 'test/unit', own)) ? [{ suite: 'unit', tests: [own] }] : []
  }

  /** @param {string} suite @param {readonly string[]} tests @param {NodeJS.ProcessEnv} [env] */
  async #ends(suite, tests, env = {}) {
    const { code, output } = await this.#run(suite, tests, 600_000, env)
    return { passed: code === 0, output }
  }

  /**
   * @param {string} suite
   * @param {readonly string[]} tests
   * @param {number} timeout
   * @param {NodeJS.ProcessEnv} [env]
   * @returns {Promise<{ readonly code: number | null, readonly output: string }>}
   */
  #run(suite, tests, timeout, env = {}) {
    const options = [
      'scripts/jest.mjs',
      suite,
      ...tests,
      '--bail',
      '--runInBand',
      '--testTimeout=120000',
      `--testEnvironment=${join(this.#folder, 'test/mutation/first-failure.cjs')}`,
    ]
    return new Promise(resolve => {
      const run = spawn(process.execPath, options, {
        cwd: this.#folder,
        env: { ...process.env, NODE_NO_WARNINGS: '1', COUNTERSIGN_TEST: 'mutation', ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
        // A group of its own: what it started ends with it.
        detached: true,
      })
      const end = () => kill(run.pid)
      const timer = setTimeout(end, timeout)
      process.once('exit', end)
      let output = ''
      run.stderr.on('data', data => (output += data))
      run.on('close', code => {
        clearTimeout(timer)
        process.off('exit', end)
        resolve({ code, output })
      })
    })
  }
}
