// What the tests of a run cost and which tests ran, from the lines of native-jest/costs.cjs. `npm run weigh` reads test-times.json,
// and `npm run test:all -- --rest` the list of the last short run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

const CACHE = join(ROOT, '.cache')
const TIMES = join(CACHE, 'test-times.json')
/** Full names of the tests that the last short run ran whole, by file. */
export const SHORT_RUN = join(CACHE, 'short-run.json')

/**
 * @typedef {{ name: string, seconds: number, cpuSeconds: number, isShortened: boolean }} TestCost
 * @typedef {{ file: string, seconds: number, cpuSeconds: number, planes: number, processes: number, tests: TestCost[],
 *   defined: string[] }} FileCost
 */

/** @param {string} path a file of lines; empty where no test file ended @returns {readonly FileCost[]} */
export function readCosts(path) {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    return lines.filter(line => line !== '').map(line => JSON.parse(line))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return []
    throw error
  }
}

/** @param {Readonly<Record<string, { readonly seconds: number, readonly files: readonly FileCost[] }>>} suites */
export function writeTimes(suites) {
  const shown = Object.entries(suites).map(([suite, { seconds, files }]) => [
    suite,
    {
      seconds,
      cpuSeconds: sum(files.map(each => each.cpuSeconds)),
      tests: sum(files.map(each => each.tests.length)),
      files: files.map(({ file, seconds, cpuSeconds, planes, processes, tests }) => {
        return { file, seconds, cpuSeconds, planes, processes, tests: tests.length }
      }),
    },
  ])
  const times = {
    node: process.version,
    date: new Date().toISOString(),
    suites: Object.fromEntries(shown),
  }
  write(TIMES, times)
}

/** @param {readonly FileCost[]} files of a short run */
export function writeShortRun(files) {
  const names = files.map(({ file, tests }) => [
    file,
    tests.filter(test => !test.isShortened).map(({ name }) => name),
  ])
  write(SHORT_RUN, Object.fromEntries(names))
}

/**
 * Tests of the last short run that the whole suites do not define: a short run is a part of the whole.
 * @param {readonly FileCost[]} files of a whole run @returns {readonly string[]} `file: name`
 */
export function missingInWhole(files) {
  const defined = new Map(files.map(each => [each.file, new Set(each.defined)]))
  const ran = /** @type {Record<string, string[]>} */ (JSON.parse(readFileSync(SHORT_RUN, 'utf8')))
  return Object.entries(ran).flatMap(([file, names]) => {
    const whole = defined.get(file)
    if (whole === undefined) return []
    return names.filter(name => !whole.has(name)).map(name => `${file}: ${name}`)
  })
}

/** The slowest tests, a line each. @param {readonly FileCost[]} files @param {number} count */
export function slowest(files, count) {
  const tests = files.flatMap(({ file, tests }) => tests.map(test => ({ file, ...test })))
  return tests
    .sort((a, b) => b.cpuSeconds - a.cpuSeconds)
    .slice(0, count)
    .map(({ file, name, seconds, cpuSeconds }) => {
      const [cpu, wall] = [cpuSeconds, seconds].map(each => each.toFixed(1).padStart(6))
      return `${cpu} s CPU ${wall} s  ${file}: ${name.length > 90 ? `${name.slice(0, 89)}…` : name}`
    })
}

function sum(/** @type {readonly number[]} */ values) {
  return Math.round(values.reduce((total, each) => total + each, 0) * 10) / 10
}

function write(/** @type {string} */ path, /** @type {unknown} */ value) {
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(path, JSON.stringify(value))
}
