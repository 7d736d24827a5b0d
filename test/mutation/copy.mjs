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
  'src',
  'test/build',
  'test/conformance/approval',
  'test/fixtures',
  'test/mutation',
  'test/unit/approval',
  'test/unit/flow',
  'test/unit/x509/build.ts',
]
const UNITS = ['test/unit/approval/', ...PROVING.map(name => `test/unit/flow/${name}.test.ts`)]
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
   * histories, which end at the first failure, then the unit tests of src/approval and of the proving half of src/flow.
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

  remove() {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /**
   * @param {readonly string[]} tests
   * @returns {Promise<boolean>}
   */
  #passes(tests) {
    const options = [
      '--experimental-vm-modules',
      '--no-warnings',
      join('node_modules', 'jest', 'bin', 'jest.js'),
      ...tests,
      '--bail',
      '--runInBand',
      `--testEnvironment=${join(this.#folder, 'test/mutation/first-failure.mjs')}`,
    ]
    return new Promise(resolve => {
      const run = spawn(process.execPath, options, {
        cwd: this.#folder,
        stdio: 'ignore',
        timeout: 600_000,
        killSignal: 'SIGKILL',
      })
      run.on('close', code => resolve(code === 0))
    })
  }
}
