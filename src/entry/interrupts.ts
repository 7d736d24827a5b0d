// Ctrl-C and SIGTERM: most commands end at once; those with work in progress finish it, unless Ctrl-C is pressed again.
import { constants } from 'node:os'

const EXIT_SIGTERM = 128 + constants.signals.SIGTERM
const EXIT_SIGINT = 128 + constants.signals.SIGINT

/**
 * `reaction` returns what the running command reports at the first signal; null reports nothing; undefined ends the process. Then
 * `interrupted` is aborted. A second SIGINT ends the process with exit code 130.
 */
export function onInterrupt(
  interrupted: AbortController,
  reaction: () => string | null | undefined,
  say: (text: string) => void,
): void {
  const stop = (exitCode: number): void => {
    const text = reaction()
    if (text === undefined) process.exit(exitCode)
    if (text !== null && !interrupted.signal.aborted) say(text)
    interrupted.abort()
  }
  process.on('SIGTERM', () => stop(EXIT_SIGTERM))
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(EXIT_SIGINT)
    stop(EXIT_SIGINT)
  })
}
