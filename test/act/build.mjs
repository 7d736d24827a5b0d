// Makes sure that act stands ready, and prints where.
import { ensureAct } from './act-binary.mjs'

try {
  process.stdout.write(`${await ensureAct(line => process.stderr.write(`${line}\n`))}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
