// What Ctrl-C does: the first lets the work under way end, the second leaves at once.

/** Aborts `interrupted` at the first SIGINT or SIGTERM; a second SIGINT ends the process with exit code 130. */
export function onInterrupt(interrupted: AbortController, say: (text: string) => void): void {
  process.on('SIGTERM', () => interrupted.abort())
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
    say('finishing what is under way; Ctrl-C again to leave at once')
  })
}
