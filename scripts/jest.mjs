// npm run test:unit (conformance, flow, act): node scripts/jest.mjs SUITE [arguments of jest].
import { startPool } from '../test/build/reuse/pool.mjs'
import { compileEntries } from './compile.mjs'
import { installed, run, ROOT } from './run.mjs'

/** @param {string} suite a folder below test/ @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
export async function runJest(suite, args, env = { ...process.env, NODE_NO_WARNINGS: '1' }) {
  const isWatching = args.some(each => each.startsWith('--watch'))
  const watch = isWatching ? { COUNTERSIGN_TEST_WATCH: '1' } : {}
  const jest = (/** @type {NodeJS.ProcessEnv} */ more) =>
    run(
      process.execPath,
      [
        // Most objects of a test die young; a larger young space halves the time of the garbage collector.
        '--max-semi-space-size=64',
        '--import',
        new URL('native-jest/register.mjs', import.meta.url).href,
        installed('jest/bin/jest.js'),
        ...args,
        '--roots',
        `${ROOT}test/${suite}`,
      ],
      { ...env, ...watch, ...more },
    )
  if (suite !== 'flow') return jest({})
  // Flow tests run the bundled countersign, usually in processes that many tests share in sequence.
  await compileEntries()
  const pool = await startPool()
  try {
    return await jest({ COUNTERSIGN_TEST_POOL: pool.socket })
  } finally {
    await pool.stop()
  }
}

if (process.argv[1] === import.meta.filename) {
  const [suite, ...args] = process.argv.slice(2)
  if (suite === undefined) {
    console.error('usage: node scripts/jest.mjs unit|conformance|flow|act [arguments of jest]')
    process.exitCode = 2
  } else {
    process.exitCode = await runJest(suite, args)
  }
}
