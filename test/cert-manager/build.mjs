// Makes sure that cert-manager's controllers are built, and prints where.
import { ensureCertManager } from './cert-manager.mjs'

try {
  const { controllers } = await ensureCertManager(line => process.stderr.write(`${line}\n`))
  process.stdout.write(`${controllers}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
