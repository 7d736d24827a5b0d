// Makes sure that act and Node 24 stand ready, and prints where.
import { ensureAct, ensureNode24 } from './act-binary.mjs'

try {
  const say = line => process.stderr.write(`${line}\n`)
  for (const path of [await ensureAct(say), await ensureNode24(say)])
    process.stdout.write(`${path ?? 'left out: there is a Node 24 for Linux on x86_64 only'}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
