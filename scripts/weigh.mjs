// npm run weigh [-- --json] [COMMIT]: what each thing costs: lines by folder, lines that only one command, format or sink reaches,
// function names that several files define, words by page, CPU time by suite. With a commit: the difference since then. It judges nothing.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './run.mjs'
import { readLastRun } from './weigh/last-run.mjs'
import { weigh } from './weigh/measure.mjs'
import { report } from './weigh/print.mjs'
import { treeOf, workingTree } from './weigh/tree.mjs'

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [commit] = positionals
const now = weigh(workingTree(ROOT))
const before = commit === undefined ? null : weigh(treeOf(ROOT, commit))
const run = readLastRun(join(ROOT, '.cache/test-times.json'))
console.log(
  values.json
    ? JSON.stringify({ now, before, lastRun: run }, null, 2)
    : report(now, before, run).join('\n'),
)
