#!/usr/bin/env node
// Entry point: arguments → one command → exit code. Only what the arguments ask for is loaded.
import { getSystemErrorMap } from 'node:util'
import { VERSION } from './domain/version.ts'
import { useCompileCache } from './entry/compile-cache.ts'
import { EXIT_SIGPIPE } from './entry/exit-code.ts'

const interrupted = new AbortController()

process.stdout.on('error', endOutput)

const [first, ...others] = process.argv.slice(2)
if (others.length === 0 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${VERSION}\n`)
} else if (first !== 'credential' || !(await answerFromCache())) {
  // Only here: Node takes milliseconds to make this stream.
  process.stderr.on('error', endOutput)
  useCompileCache(process.env)
  const { runProgram } = await import('./entry/command-line.ts')
  const exit = await runProgram(interrupted, loadSandbox)
  process.exitCode ??= exit
}

/** False if the command has to run: this is the path of every kubectl command. */
async function answerFromCache(): Promise<boolean> {
  const { cachedAnswer } = await import('./entry/commands/own-key/cached-answer.ts')
  const answer = await cachedAnswer(others, {
    environment: process.env,
    folder: process.cwd(),
    isTerminal: process.stdout.isTTY,
    now: new Date(),
  })
  if (answer !== null) process.stdout.write(`${answer}\n`)
  return answer !== null
}

/** Only the command line may load the sandbox. */
async function loadSandbox() {
  const { serveSandbox } = await import('./sandbox/serve-sandbox.ts')
  return serveSandbox
}

/**
 * Nothing new is begun. If a reader like head ended early, the exit code is that of SIGPIPE, as with kubectl and gh. Every other
 * failure, such as a full disk, is reported once.
 */
function endOutput({ code, errno = 0, message }: NodeJS.ErrnoException): void {
  const isFirst = !interrupted.signal.aborted
  process.exitCode = code === 'EPIPE' ? EXIT_SIGPIPE : 2
  interrupted.abort()
  if (code === 'EPIPE' || !isFirst) return
  const [, reason = message] = getSystemErrorMap().get(errno) ?? []
  process.stderr.write(`error: RUN_FILES  the output cannot be written: ${reason}\n`)
}
