// One command of the command line.
import type { ExitCode } from '../domain/outcome.ts'
import type { Flag } from '../flags.ts'
import type { Context } from './context.ts'
import type { Flags } from './flags.ts'

export interface CommandEntry {
  /** Name and arguments as help shows them. */
  readonly usage: string
  readonly text: string
  readonly flags: readonly Flag[]
  readonly run: (context: Context, names: readonly string[], flags: Flags) => Promise<ExitCode>
}
