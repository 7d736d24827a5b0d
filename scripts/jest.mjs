// npm run test:unit (conformance, flow, act): node scripts/jest.mjs SUITE [what jest takes]. The files are ES modules, for which
// jest needs a flag of Node's; what Node says about that flag is left out.
import { installed, run, runNode, ROOT } from './run.mjs'

/** @param {string} suite a folder below test/ @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
export async function runJest(suite, args, env = { ...process.env, NODE_NO_WARNINGS: '1' }) {
  // Flow tests start the doors as a person does, compiled.
  if (
    suite === 'flow' &&
    (await runNode([installed('typescript/bin/tsc'), '-p', `${ROOT}tsconfig.build.json`])) !== 0
  )
    return 1
  const jest = installed('jest/bin/jest.js')
  return run(
    process.execPath,
    ['--experimental-vm-modules', jest, ...args, '--roots', `${ROOT}test/${suite}`],
    env,
  )
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
