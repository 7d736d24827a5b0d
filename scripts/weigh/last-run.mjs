// The CPU time of each suite in the last test run, from the file that scripts/test.mjs leaves.
import { readFileSync } from 'node:fs'

/** @param {string} path @returns {object | null} null if there was no run yet */
export function readLastRun(path) {
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  return lastRun(JSON.parse(text))
}

/** Fields may be missing: an older run wrote fewer. */
export function lastRun({ node = '', date = '', suites = {} }) {
  const files = Object.entries(suites).flatMap(([suite, { files: all = [] }]) =>
    all.map(each => ({ suite, ...each })),
  )
  return {
    node,
    date,
    suites: Object.entries(suites).map(([name, suite]) => ({
      name,
      seconds: suite.seconds ?? null,
      cpuSeconds: suite.cpuSeconds ?? sum(suite.files, 'cpuSeconds'),
      tests: suite.tests ?? sum(suite.files, 'tests'),
      planes: sum(suite.files, 'planes'),
      processes: sum(suite.files, 'processes'),
    })),
    files: files.toSorted((a, b) => (b.cpuSeconds ?? 0) - (a.cpuSeconds ?? 0)),
  }
}

/** null if no file says it. */
function sum(files = [], member) {
  const values = files.flatMap(file => (typeof file[member] === 'number' ? [file[member]] : []))
  return values.length === 0 ? null : values.reduce((all, value) => all + value, 0)
}
