// One command of the command line.
import type { ExitCode } from '../domain/cluster/outcome.ts'
import type { Flag } from './flag-table.ts'
import type { Context } from './command-context.ts'
import type { Flags } from './flag-parsing.ts'

export interface CommandEntry {
  /** Name and arguments as help shows them. */
  readonly usage: string
  readonly text: string
  readonly flags: readonly Flag[]
  readonly run: (context: Context, names: readonly string[], flags: Flags) => Promise<ExitCode>
}
