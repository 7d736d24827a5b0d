// The `runtime` of jest.config.mjs: test files run as native ES modules, so all test files of a worker share the project's modules.
// jest's own runtime evaluates every module again for each test file, which took most of the time of the unit tests. It calls functions
// of jest 30 that are not public, so package.json pins jest exactly.
const hooks = require('node:async_hooks')
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')
const { transformSync } = require('@swc/core')

/** Where hooks.mjs finds the functions of the test file that runs. */
const CURRENT = Symbol.for('countersign.jest')
/** Symbols by which circus keeps the state of a test file on the global object. */
const CIRCUS = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS'])
let runs = 0

module.exports = class NativeRuntime {
  constructor(config, environment) {
    this.config = config
    this.environment = environment
  }

  /** circus is loaded again for each test file, because its module holds the state of one. */
  requireInternalModule(module) {
    delete require.cache[module]
    forgetCircus()
    return withoutAsyncStorage(() => require(module))
  }

  requireModule(module) {
    return require(module)
  }

  unstable_shouldLoadAsEsm() {
    return true
  }

  /** The number makes a module of each run of the file: `--watch` runs it many times. */
  async unstable_importModule(file) {
    runs += 1
    await import(`${pathToFileURL(file).href}?file=${runs}`)
  }

  setGlobalsForRuntime(globals) {
    const timers = this.environment.fakeTimersModern
    const jest = {
      useFakeTimers(options) {
        // Promises of Node itself stop without these two.
        timers.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], ...options })
        return jest
      },
      useRealTimers() {
        timers.useRealTimers()
        return jest
      },
      advanceTimersByTime: ms => timers.advanceTimersByTime(ms),
      advanceTimersByTimeAsync: ms => timers.advanceTimersByTimeAsync(ms),
    }
    globalThis[CURRENT] = { ...globals, jest }
  }

  /** Source maps are made only for files that a printed stack names. */
  getSourceMaps() {
    const folder = path.join(this.config.cacheDirectory, 'countersign-source-maps')
    return new SourceMaps(folder)
  }

  getAllCoverageInfoCopy() {
    return {}
  }

  enterTestCode() {}
  leaveTestCode() {}

  teardown() {
    delete globalThis[CURRENT]
    forgetCircus()
  }
}

/**
 * circus follows each promise with AsyncLocalStorage, which costs Node 20 a tenth of the time of all unit tests. Only `test.concurrent`
 * needs it. Node 24 follows promises for free, and its property cannot be replaced.
 */
function withoutAsyncStorage(load) {
  const { AsyncLocalStorage } = hooks
  if (Object.getOwnPropertyDescriptor(hooks, 'AsyncLocalStorage').writable !== true) return load()
  hooks.AsyncLocalStorage = class {
    run(_store, call, ...args) {
      return call(...args)
    }
    getStore() {
      return undefined
    }
  }
  try {
    return load()
  } finally {
    hooks.AsyncLocalStorage = AsyncLocalStorage
  }
}

/** Path of a source map by address of a module. */
class SourceMaps extends Map {
  constructor(folder) {
    super()
    this.folder = folder
  }

  get(source) {
    return sourceMapFile(source, this.folder)
  }
}

function forgetCircus() {
  for (const symbol of Object.getOwnPropertySymbols(globalThis))
    if (CIRCUS.has(symbol.description)) delete globalThis[symbol]
}

/** @param {string} source @param {string} folder @returns {string | undefined} the path of the map that jest reads */
function sourceMapFile(source, folder) {
  if (!/^file:.*\.ts(\?|$)/.test(source)) return undefined
  const file = fileURLToPath(source)
  const { swcOptions } = require('./swc-options.cjs')
  const { map } = transformSync(readFileSync(file, 'utf8'), swcOptions(file, true))
  const target = path.join(folder, `${process.pid}.json`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(target, map)
  return target
}
