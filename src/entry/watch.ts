// --watch: shows a command again and again.
import type { ExitCode } from '../domain/cluster/outcome.ts'
import type { Context } from './command-context.ts'

const PAUSE_MS = 5000

/** Shows until `interrupted` aborts; on a terminal each round replaces the one before. Returns the exit code of the last round. */
export async function watch(
  { terminal, clock, interrupted }: Pick<Context, 'terminal' | 'clock' | 'interrupted'>,
  show: () => Promise<ExitCode>,
): Promise<ExitCode> {
  for (;;) {
    terminal.startFrame()
    const code = await show()
    if (interrupted.aborted) return code
    await clock.sleep(PAUSE_MS)
    if (interrupted.aborted) return code
  }
}
