#!/usr/bin/env node
// Door: argv → run → stdout, exit code. What the arguments do not ask for is not loaded.
import { constants } from 'node:os'
import { VERSION } from './domain/version.ts'

const interrupted = new AbortController()
/** 128 and the number of the signal, as shells count. */
const EXIT_SIGPIPE = 128 + constants.signals.SIGPIPE

for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly)

const [first, ...others] = process.argv.slice(2)
if (others.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${VERSION}\n`)
} else {
  const { runCommandLine } = await import('./entry/command-line.ts')
  const exit = await runCommandLine(interrupted, loadSandbox)
  process.exitCode ??= exit
}

/** The only door to the sandbox: nothing else of countersign may know it. */
async function loadSandbox() {
  const { serveSandbox } = await import('./sandbox/serve-sandbox.ts')
  return serveSandbox
}

/** A reader like head ended early: nothing new is begun, and the exit code is that of SIGPIPE, as with kubectl and gh. */
function endQuietly(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EPIPE') throw cause
  process.exitCode = EXIT_SIGPIPE
  interrupted.abort()
}
