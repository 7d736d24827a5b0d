// Makes sure that the binaries of the control plane stand ready, and prints where.
import { dirname } from 'node:path'
import { ensureBinaries } from './binaries.mjs'

try {
  const { etcd } = await ensureBinaries(line => process.stderr.write(`${line}\n`))
  process.stdout.write(`${dirname(etcd)}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
