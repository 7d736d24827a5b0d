// Makes sure that Gitea's server is built, and prints where.
import { ensureGitea } from './gitea.mjs'

try {
  const { server } = await ensureGitea(line => process.stderr.write(`${line}\n`))
  process.stdout.write(`${server}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
