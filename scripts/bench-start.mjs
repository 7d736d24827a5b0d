// npm run bench:start: the start time of dist, as a multiple of the start of an empty Node program (test/bench/start.ts). Run
// npm run bundle first.
import { fileURLToPath } from 'node:url'
import { runNode } from './run.mjs'

const script = path => fileURLToPath(new URL(`../${path}`, import.meta.url))
process.exitCode = await runNode(
  ['--import', script('scripts/typescript.mjs'), script('test/bench/start.ts')],
  { ...process.env, COUNTERSIGN_ACTION: script('dist/index.js') },
)
