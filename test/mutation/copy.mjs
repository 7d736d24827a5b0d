// A copy of the repository in a temporary folder, in which one break is tried at a time.
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROVING } from './proving.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = [
  'package.json',
  'jest.config.mjs',
  'scripts',
  'src',
  'test/build',
  'test/conformance/approval',
  'test/fixtures',
  'test/github-double',
  'test/mutation',
  'test/unit/core/approval',
  'test/unit/workflows',
  'test/unit/lib/x509/build.ts',
  'test/vendor/github',
]
const UNITS = PROVING.map(path => `test/unit/${path.replace(/\.ts$/, '.test.ts')}`)
const MODEL_TIMEOUT = 900_000
/** The part of the model check that goes without sockets. */
const MODEL = ['test/conformance/approval/model.test.ts', '--testNamePattern=random histories from']
const HISTORIES = [
  'test/conformance/approval/histories.test.ts',
  'test/conformance/approval/plans.test.ts',
]

export class Copy {
  #folder = mkdtempSync(join(tmpdir(), 'countersign-mutation-'))

  constructor() {
    for (const path of COPIED)
      cpSync(join(ROOT, path), join(this.#folder, path), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'), 'dir')
  }

  /** Throws where the tests fail without a break. */
  async check() {
    for (const tests of [UNITS, HISTORIES])
      if (!(await this.#passes(tests)))
        throw new Error(`${tests.join(' ')} fails without a break (${this.#folder})`)
  }

  /**
   * The tests that notice that a file below src has this text; null where none does. Its own unit tests come first, then the
   * histories, which end at the first failure, then the unit tests of all code that proves.
   * @param {string} file
   * @param {string} text
   */
  async noticedBy(file, text) {
    const path = join(this.#folder, 'src', file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    try {
      const own = `test/unit/${file.replace(/\.ts$/, '.test.ts')}`
      const suites = existsSync(join(this.#folder, own))
        ? [[own], HISTORIES, UNITS]
        : [HISTORIES, UNITS]
      for (const tests of suites)
        if (!(await this.#passes(tests))) return tests === UNITS ? 'unit tests' : tests[0]
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
      const { code, output } = await this.#run(MODEL, MODEL_TIMEOUT, { COUNTERSIGN_TEST: 'all' })
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

  /** @param {readonly string[]} tests */
  async #passes(tests) {
    return (await this.#run(tests, 600_000)).code === 0
  }

  /**
   * @param {readonly string[]} tests
   * @param {number} timeout
   * @param {NodeJS.ProcessEnv} [env]
   * @returns {Promise<{ readonly code: number | null, readonly output: string }>}
   */
  #run(tests, timeout, env = {}) {
    const options = [
      '--no-warnings',
      '--import',
      './scripts/native-jest/register.mjs',
      join('node_modules', 'jest', 'bin', 'jest.js'),
      ...tests,
      '--bail',
      '--runInBand',
      '--testTimeout=120000',
      `--testEnvironment=${join(this.#folder, 'test/mutation/first-failure.cjs')}`,
    ]
    return new Promise(resolve => {
      const run = spawn(process.execPath, options, {
        cwd: this.#folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout,
        killSignal: 'SIGKILL',
      })
      let output = ''
      run.stderr.on('data', data => (output += data))
      run.on('close', code => resolve({ code, output }))
    })
  }
}
