// Ctrl-C: the first one lets the requests in progress finish, the second one ends the process.

/** Aborts `interrupted` at the first SIGINT or SIGTERM; a second SIGINT ends the process with exit code 130. */
export function onInterrupt(interrupted: AbortController, say: (text: string) => void): void {
  process.on('SIGTERM', () => interrupted.abort())
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(130)
    interrupted.abort()
    say('interrupted: finishing the requests in progress; press Ctrl-C again to stop at once')
  })
}
