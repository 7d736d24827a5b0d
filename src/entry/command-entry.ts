// One command of the command line.
import type { ExitCode } from '../domain/cluster/outcome.ts'
import type { CommandName } from './flags/flag-table.ts'
import type { Context } from './command-context.ts'
import type { Flags } from './flags/flag-parsing.ts'

export interface CommandEntry {
  readonly name: CommandName
  /** Arguments in commander's notation, empty if there are none. */
  readonly args: string
  readonly text: string
  /** Lines that can be pasted, each with what it does after two spaces or more. */
  readonly examples: readonly string[]
  /** Commands that finish their work after the first Ctrl-C, with what they report then; all others end at once. */
  readonly whenInterrupted?: string | null
  readonly run: (context: Context, args: readonly string[], flags: Flags) => Promise<ExitCode>
}

/** A command that has only subcommands. */
export interface CommandGroup {
  readonly name: string
  readonly text: string
}
