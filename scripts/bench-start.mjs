// npm run bench:start: how long dist takes to start, as a multiple of a Node that does nothing (test/bench/start.ts). Run
// npm run bundle before it.
import { fileURLToPath } from 'node:url'
import { runNode } from './run.mjs'

const script = path => fileURLToPath(new URL(`../${path}`, import.meta.url))
process.exitCode = await runNode(
  ['--import', script('scripts/typescript.mjs'), script('test/bench/start.ts')],
  { ...process.env, COUNTERSIGN_ACTION: script('dist/index.js') },
)
