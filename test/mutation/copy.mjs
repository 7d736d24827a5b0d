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
import { byKeenness, firstFailed, keenTests, remember, witnessOf } from './witnesses.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What a break may change, what runs it, and what finds it by its own path. The rest are links. */
const COPIED = ['package.json', 'jest.config.mjs', 'scripts', 'src', 'test']
const LEFT_OUT = ['.git', '.cache', 'build', ...COPIED]
/** In milliseconds: of the run, and of one test in it. */
const LIMITS = { run: 600_000, test: 120_000 }
const MODEL_LIMITS = { run: 1_800_000, test: 1_800_000 }
const PLAYER = ['--import', './scripts/typescript.mjs', 'test/mutation/play-histories.ts']
const HISTORIES = 'test/fixtures/histories'
/** Chains of more than fifty versions take seconds each. */
const LONG = /fifty/
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

/** The names of all histories that are judges. */
export function historyNames() {
  const files = readdirSync(join(ROOT, HISTORIES)).filter(file => file.endsWith('.yaml'))
  return files.map(file => file.replace(/\.yaml$/, '')).filter(name => !LONG.test(name))
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
      if (!(await this.#passes(group, historyNames())).passed)
        throw new Error(`${group.suite} ${group.tests.join(' ')} fails without a break`)
  }

  /**
   * Those of the histories that reach the line of each break; null for a break that any may reach.
   * @param {readonly string[]} names
   * @param {readonly { readonly file: string, readonly line: number }[]} breaks
   * @returns {Promise<readonly (readonly string[] | null)[]>}
   */
  async reached(names, breaks) {
    const places = breaks.map(({ file, line }) => [file, line])
    const { code, stdout, output } = await this.#run(PLAYER, 3_600_000, {}, { names, places })
    if (code !== 0) throw new Error(output)
    return JSON.parse(stdout)
  }

  /**
   * The tests that notice that a file below src has this text; null where none does. The test that noticed this break the last time
   * comes first, then the file's own unit test, the histories, the tests that noticed other breaks of the file, and the groups in their
   * order. A file of tests ends at the first failure.
   * @param {string} id of the break
   * @param {string} file
   * @param {string} text
   * @param {readonly Group[]} judges
   * @param {readonly string[]} histories that may notice it
   */
  async noticedBy(id, file, text, judges, histories) {
    const path = join(this.#folder, 'src', file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      const last = witnessOf(id)
      if (last !== null && (await this.#noticesAgain(last))) return `${last.suite} ${last.name}`
      const [played, others] = [true, false].map(isPlayed =>
        judges.filter(({ suite }) => (suite === 'histories') === isPlayed),
      )
      for (const group of [
        ...this.#ownTest(file),
        ...(played ?? []),
        ...this.#keenOnes(file),
        ...(others ?? []),
      ]) {
        const { passed, output } = await this.#passes(group, byKeenness(histories))
        if (passed) continue
        const first = firstFailed(group.suite, output)
        remember(id, first)
        return `${group.suite} ${first?.name ?? group.tests.join(' ')}`
      }
      remember(id, null)
      return null
    } finally {
      writeFileSync(path, whole)
    }
  }

  /**
   * `seed N`, at which the model check notices that a file below src has this text, or `missing codes`, where only codes differ; null where
   * it does not. Throws where it fails in another way.
   * @param {string | null} file
   * @param {string} text
   */
  async seedFor(file, text) {
    const path = join(this.#folder, 'src', file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      // All histories run, because a bug may show only after hundreds of them.
      const { code, output } = await this.#jest('conformance', MODEL, MODEL_LIMITS, {
        COUNTERSIGN_TEST: 'all',
      })
      const [seed] = /seed \d+(?=:)/.exec(output) ?? []
      const how = seed ?? (output.includes('ArrayContaining') ? 'missing codes' : null)
      if (code !== 0 && how === null) throw new Error(output)
      return code === 0 ? null : how
    } finally {
      writeFileSync(path, whole)
    }
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** @param {string} file @returns {readonly Group[]} */
  #ownTest(file) {
    const own = file.replace(/\.ts$/, '.test.ts')
    return existsSync(join(this.#folder, 'test/unit', own)) ? [{ suite: 'unit', tests: [own] }] : []
  }

  /** @param {string} file @returns {readonly Group[]} */
  #keenOnes(file) {
    const own = `test/unit/${file.replace(/\.ts$/, '.test.ts')}`
    return keenTests(file)
      .filter(({ path }) => path !== own && existsSync(join(this.#folder, path)))
      .map(({ suite, path }) => ({ suite, tests: [path.slice(`test/${suite}/`.length)] }))
  }

  /** @param {import('./witnesses.mjs').Witness} last */
  async #noticesAgain({ suite, path, name }) {
    if (!existsSync(join(this.#folder, path))) return false
    const again =
      suite === 'histories'
        ? await this.#plays([name])
        : await this.#ends(suite, [path, only(name)])
    return !again.passed
  }

  /** @param {Group} group @param {readonly string[]} histories */
  async #passes(group, histories) {
    if (group.suite === 'histories') return this.#plays(histories)
    return this.#ends(group.suite, pathsOf(group))
  }

  /** @param {readonly string[]} names */
  async #plays(names) {
    const { code, stdout } = await this.#run(PLAYER, LIMITS.run, {}, { names })
    return { passed: code === 0, output: stdout }
  }

  /** @param {string} suite @param {readonly string[]} tests */
  async #ends(suite, tests) {
    const { code, output } = await this.#jest(suite, tests, LIMITS)
    return { passed: code === 0, output }
  }

  /**
   * @param {string} suite
   * @param {readonly string[]} tests
   * @param {typeof LIMITS} limits
   * @param {NodeJS.ProcessEnv} [env]
   */
  #jest(suite, tests, limits, env = {}) {
    const options = [
      'scripts/jest.mjs',
      suite,
      ...tests,
      '--bail',
      '--runInBand',
      `--testTimeout=${limits.test}`,
      `--testEnvironment=${join(this.#folder, 'test/mutation/first-failure.cjs')}`,
    ]
    return this.#run(options, limits.run, env)
  }

  /**
   * @param {readonly string[]} options
   * @param {number} timeout in milliseconds
   * @param {NodeJS.ProcessEnv} env
   * @param {unknown} [input]
   * @returns {Promise<{ readonly code: number | null, readonly stdout: string, readonly output: string }>}
   */
  #run(options, timeout, env, input = null) {
    return new Promise(resolve => {
      const run = spawn(process.execPath, options, {
        cwd: this.#folder,
        env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
        // A group of its own: what it started ends with it.
        detached: true,
      })
      const end = () => kill(run.pid)
      const timer = setTimeout(end, timeout)
      process.once('exit', end)
      let [stdout, output] = ['', '']
      run.stdout.on('data', data => (stdout += data))
      run.stderr.on('data', data => (output += data))
      run.on('close', code => {
        clearTimeout(timer)
        process.off('exit', end)
        resolve({ code, stdout, output })
      })
      // A process that ended before it read this has its answer in its exit code.
      run.stdin.on('error', () => undefined)
      run.stdin.end(JSON.stringify(input))
    })
  }
}
