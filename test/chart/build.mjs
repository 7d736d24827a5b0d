// Makes sure that helm is built, and prints where.
import { ensureHelm } from './helm.mjs'

try {
  process.stdout.write(`${await ensureHelm(line => process.stderr.write(`${line}\n`))}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
