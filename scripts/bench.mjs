// npm run bench: how fast countersign issues, validates and plans on a real control plane, next to others (test/bench/bench.ts). Run
// npm run bundle first.
import { fileURLToPath } from 'node:url'
import { runNode } from './run.mjs'

const script = path => fileURLToPath(new URL(`../${path}`, import.meta.url))
process.exitCode = await runNode(
  [
    '--import',
    script('scripts/typescript.mjs'),
    script('test/bench/bench.ts'),
    ...process.argv.slice(2),
  ],
  {
    ...process.env,
    COUNTERSIGN_ACTION: script('dist/index.js'),
    COUNTERSIGN_CLI: script('dist/cli/index.js'),
    // A Go client that cannot be built is an error here, and the reason is printed.
    COUNTERSIGN_REQUIRE_GO: '1',
  },
)
