// npm run check: what is worth knowing before every commit, in well under half a minute.
import { runJest } from './jest.mjs'
import { installed, runNode, runSteps } from './run.mjs'

const passed = await runSteps([
  {
    name: 'format',
    run: () =>
      runNode([
        installed('prettier/bin/prettier.cjs'),
        '--check',
        '--cache',
        '--log-level',
        'warn',
        '.',
      ]),
  },
  {
    name: 'lint',
    run: () =>
      runNode([
        installed('oxlint/bin/oxlint'),
        '--type-aware',
        '--deny-warnings',
        'src',
        'test',
        'scripts',
      ]),
  },
  { name: 'types', run: () => runNode([installed('typescript/bin/tsc'), '--noEmit']) },
  { name: 'unit', run: () => runJest('unit', ['--silent']) },
])
process.exitCode = passed ? 0 : 1
