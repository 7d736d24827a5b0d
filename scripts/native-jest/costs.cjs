// What each test and test file costs: seconds, CPU seconds with those of the processes it started, and how many of these there were.
// One JSON line for each file goes to the file that COUNTERSIGN_TEST_TIMES names: ../test-times.mjs reads it.
const diagnostics = require('node:diagnostics_channel')
const { appendFileSync, readFileSync } = require('node:fs')
const path = require('node:path')

// Linux counts CPU time of ended processes in ticks of 10 ms: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
const TICKS = 100
const PLANE = 'kube-apiserver'
/** CPU seconds of the shared processes of flow tests, which test/build/reuse/run.ts adds up. */
const SHARED = define('countersign.shared-cpu', { seconds: 0 })
/** How often test/build/extent.ts gave a short run less than the whole. */
const SHORTENED = define('countersign.shortened', { times: 0 })

exports.Costs = class Costs {
  #processes = 0
  #planes = 0
  #file = now()
  /** The end of the last test: the hooks before a test are part of it. */
  #last = this.#file
  #isInTest = false
  #isFileShortened = false
  #tests = []

  constructor() {
    diagnostics.subscribe('child_process', ({ process: started }) => {
      // The name is known after the channel's subscribers ran.
      setImmediate(() => {
        this.#processes += 1
        if (path.basename(started.spawnfile ?? '') === PLANE) this.#planes += 1
      })
    })
  }

  startFile() {
    this.#processes = 0
    this.#planes = 0
    this.#tests = []
    this.#isFileShortened = false
    this.#file = now()
    this.#last = this.#file
    SHORTENED.times = 0
  }

  /** What was shortened until here, in a hook or between tests, may decide what any test of the file does. */
  startTest() {
    this.#isFileShortened ||= SHORTENED.times > 0
    SHORTENED.times = 0
    this.#isInTest = true
  }

  /** @param {string} name the full name */
  endTest(name) {
    const ended = now()
    const isShortened = this.#isInTest && SHORTENED.times > 0
    this.#tests.push({ name, ...between(this.#last, ended), isShortened })
    this.#last = ended
    this.#isInTest = false
    SHORTENED.times = 0
  }

  /** @param {string} file @param {readonly string[]} defined the full names of all its tests, also of those that did not run */
  endFile(file, defined) {
    const to = process.env['COUNTERSIGN_TEST_TIMES']
    if (!to) return
    this.#isFileShortened ||= SHORTENED.times > 0
    const counts = { planes: this.#planes, processes: this.#processes }
    const tests = this.#tests.map(test => {
      return { ...test, isShortened: test.isShortened || this.#isFileShortened }
    })
    const line = { file, ...between(this.#file, now()), ...counts, tests, defined }
    appendFileSync(to, `${JSON.stringify(line)}\n`)
  }
}

function define(name, value) {
  Object.defineProperty(globalThis, Symbol.for(name), { value })
  return value
}

function now() {
  return { at: performance.now(), cpu: cpuSeconds() }
}

function between(from, to) {
  const round = seconds => Math.round(seconds * 1000) / 1000
  return { seconds: round((to.at - from.at) / 1000), cpuSeconds: round(to.cpu - from.cpu) }
}

/** Of this process, of its ended children where the system counts them, and of shared processes. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + childSeconds() + SHARED.seconds
}

function childSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return (Number(fields[13]) + Number(fields[14])) / TICKS
  } catch {
    return 0
  }
}
