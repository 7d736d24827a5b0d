// How test files load modules: TypeScript is stripped, and `@jest/globals` leads to the functions of the test file that runs, also
// from modules that test files share.
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { load as loadTypeScript } from '../typescript-hooks.mjs'

// node_modules is a link in a copy of the repository (test/mutation/copy.mjs).
const PACKAGE = realpathSync(new URL('../../node_modules/@jest/globals', import.meta.url))
const GLOBALS = `${pathToFileURL(PACKAGE).href}/build/`
const NAMES = [
  'describe',
  'test',
  'it',
  'expect',
  'beforeAll',
  'beforeEach',
  'afterAll',
  'afterEach',
  'jest',
]
const LIVE = `
const current = () => globalThis[Symbol.for('countersign.jest')]
const live = name => new Proxy(() => {}, {
  apply: (_target, _self, args) => current()[name](...args),
  get: (_target, key) => current()[name][key],
})
${NAMES.map(name => `export const ${name} = live('${name}')`).join('\n')}
`
// In --watch a worker runs files again after they changed, so each run gets its own copies of the project's modules.
const IS_WATCHING = process.env['COUNTERSIGN_TEST_WATCH'] === '1'

/** https://nodejs.org/docs/latest-v20.x/api/module.html#loadurl-context-nextload */
export async function load(url, context, nextLoad) {
  if (url.startsWith(GLOBALS)) return { format: 'module', source: LIVE, shortCircuit: true }
  return loadTypeScript(url, context, nextLoad)
}

/** https://nodejs.org/docs/latest-v20.x/api/module.html#resolvespecifier-context-nextresolve */
export async function resolve(specifier, context, nextResolve) {
  const found = await nextResolve(specifier, context)
  const run = /\?file=\d+$/.exec(context.parentURL ?? '')?.[0]
  if (!IS_WATCHING || run === undefined || !/^\.\.?\//.test(specifier)) return found
  return found.url.includes('/node_modules/') ? found : { ...found, url: found.url + run }
}
