// Do the tests of the approval proof notice when one line of it is wrong? Makes a copy of the repository in a temporary folder,
// writes each break of breaks/*.mjs into the copy, one at a time, and runs the unit tests of src/approval there, those of
// the broken file first; where all pass, the named histories too. Takes some minutes, and is no part of npm test.
//   node test/mutation/approval.mjs [WORD ...]   only the breaks whose file or text holds one of the words
// One line for each break; the last is "N noticed, N missed". Exit code 1 if one was missed, 2 if the table no longer fits.
import { spawnSync } from 'node:child_process'
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
import { BREAKS } from './breaks/all.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = [
  'package.json',
  'jest.config.mjs',
  'src',
  'test/build',
  'test/conformance/approval',
  'test/fixtures/histories',
  'test/unit/approval',
  'test/unit/flow',
]
const UNIT = 'test/unit/approval'
const HISTORIES = 'test/conformance/approval/histories.test.ts'

/** @param {string} copy */
function copyInto(copy) {
  for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir')
}

/**
 * @param {string} copy
 * @param {string} tests
 */
function passes(copy, tests) {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js')
  const options = [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    tests,
    '--bail',
    '--maxWorkers=2',
  ]
  const run = spawnSync(process.execPath, options, { cwd: copy, stdio: 'pipe', timeout: 300_000 })
  return run.status === 0
}

/**
 * The text with its break; throws where the old text does not stand there just once.
 * @param {string} copy
 * @param {readonly [string, string, string]} entry
 */
function broken(copy, [file, from, to]) {
  const text = readFileSync(join(copy, 'src', file), 'utf8')
  const count = text.split(from).length - 1
  if (count !== 1) throw new Error(`${file}: this stands there ${count} times: ${from}`)
  return { text, changed: text.replace(from, () => to) }
}

/**
 * @param {string} copy
 * @param {readonly [string, string, string]} entry
 */
function notice(copy, entry) {
  const [file, from, to] = entry
  const { text, changed } = broken(copy, entry)
  writeFileSync(join(copy, 'src', file), changed)
  const own = `test/unit/${file.replace(/\.ts$/, '.test.ts')}`
  const tests = [own, UNIT, HISTORIES].filter(path => existsSync(join(copy, path)))
  const by = tests.find(path => !passes(copy, path)) ?? null
  writeFileSync(join(copy, 'src', file), text)
  const verdict = by === null ? 'MISSED ' : 'noticed'
  console.log(`${verdict}  ${file}: ${from} -> ${to}${by === null ? '' : ` (${by})`}`)
  return by !== null
}

const words = process.argv.slice(2)
const breaks = BREAKS.filter(
  entry => words.length === 0 || words.some(word => entry.some(part => part.includes(word))),
)
const copy = mkdtempSync(join(tmpdir(), 'countersign-mutation-'))
try {
  copyInto(copy)
  for (const entry of breaks) broken(copy, entry)
  for (const tests of [UNIT, HISTORIES])
    if (!passes(copy, tests)) throw new Error(`${tests} fails without a break`)
  const noticed = breaks.filter(entry => notice(copy, entry)).length
  console.log(`${noticed} noticed, ${breaks.length - noticed} missed`)
  process.exitCode = noticed === breaks.length ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
} finally {
  rmSync(copy, { recursive: true, force: true })
}
