// The `testEnvironment` of jest.config.mjs: test files run in the global scope of their worker, and whatever a file changed there is
// restored after it. It also measures what each test costs, and leaves out tests that a short run ran before (COUNTERSIGN_TEST_RAN).
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { ModernFakeTimers } = require('@jest/fake-timers')
const { Costs } = require('./costs.cjs')

const costs = new Costs()
let ranBefore = null

module.exports = class NativeEnvironment {
  #file
  #before
  #defined = []

  constructor({ globalConfig, projectConfig }, { testPath }) {
    this.global = globalThis
    this.#file = path.relative(globalConfig.rootDir, testPath).replaceAll('\\', '/')
    this.#before = {
      console: globalThis.console,
      cwd: process.cwd(),
      env: { ...process.env },
      exit: Reflect.get(process, 'exit'),
      exitCode: process.exitCode,
      keys: new Set(Object.keys(globalThis)),
    }
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis })
    costs.startFile()
  }

  getVmContext() {
    return null
  }

  exportConditions() {
    return ['node', 'node-addons']
  }

  async setup() {}

  /** https://jestjs.io/docs/configuration#testenvironment-string */
  handleTestEvent({ name, test }, state) {
    if (name === 'run_start') this.#leaveOut(state.rootDescribeBlock)
    if (name === 'test_fn_start') costs.startTest()
    if (name === 'test_done' && !isLeftOut(test)) costs.endTest(fullName(test))
  }

  async teardown() {
    this.fakeTimersModern.dispose()
    const { console, cwd, env, exit, exitCode, keys } = this.#before
    Object.assign(globalThis, { console })
    Object.assign(process, { exit, exitCode })
    if (process.cwd() !== cwd) process.chdir(cwd)
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
    for (const [name, value] of Object.entries(env))
      if (process.env[name] !== value) process.env[name] = value
    for (const key of Object.keys(globalThis)) if (!keys.has(key)) delete globalThis[key]
    costs.endFile(this.#file, this.#defined)
  }

  #leaveOut(block) {
    for (const each of block.children) {
      if (each.type === 'describeBlock') this.#leaveOut(each)
      else {
        const name = fullName(each)
        this.#defined.push(name)
        if (testsRanBefore()[this.#file]?.includes(name)) each.mode = 'skip'
      }
    }
  }
}

/** Names of tests by file. @returns {Readonly<Record<string, readonly string[]>>} */
function testsRanBefore() {
  const list = process.env['COUNTERSIGN_TEST_RAN']
  ranBefore ??= list ? JSON.parse(readFileSync(list, 'utf8')) : {}
  return ranBefore
}

function isLeftOut({ mode }) {
  return mode === 'skip' || mode === 'todo'
}

function fullName(test) {
  const titles = []
  for (let each = test; each.parent !== undefined; each = each.parent) titles.unshift(each.name)
  return titles.join(' ')
}
