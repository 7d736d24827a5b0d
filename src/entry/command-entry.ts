// One command of the command line: its words, its flags, and how it is loaded.
import type { ExitCode } from '../domain/cluster/outcome.ts'
import type { Problem } from '../domain/problem.ts'
import type { Context } from './command-context.ts'
import type { RunResult } from './exit-code.ts'
import type { Flag } from './flags/global-flags.ts'
import type { Given, Values } from './flags/flag-values.ts'

export interface CommandEntry {
  /** As it is typed: one word, or a group and one of its commands. */
  readonly name: string
  /** Arguments in commander's notation, empty if there are none. */
  readonly args: string
  readonly text: string
  readonly flags: readonly Flag[]
  /** Values of --output in addition to text, json and yaml. */
  readonly formats?: readonly string[]
  /** A command that programs run, or an alias: help, completion and the documentation do not list it. */
  readonly isHidden?: boolean
  /** Lines that can be pasted, each with what it does after two spaces or more. */
  readonly examples: readonly string[]
  /** Commands that finish their work after the first Ctrl-C, with what they report then; all others end at once. */
  readonly whenInterrupted?: string | null
  /** Loads the module of the command, so that help and other commands need little. */
  run(this: void, context: Context, args: readonly string[], flags: Values): Promise<Answer>
}

/** What a command answers: a report in the format of --output; the problems it was refused for; or the exit code if it printed itself. */
export type Answer = Report | Refusal | ExitCode

export interface Report extends RunResult {
  /** Reported on stderr where the result is text. */
  readonly failures?: readonly Problem[]
  readonly warnings?: readonly Problem[]
  /** Null prints nothing. */
  readonly text: string | null
  /** Members of the report for programs. */
  readonly report: unknown
}

export interface Refusal {
  readonly ok: false
  readonly problems: readonly Problem[]
}

/** A command that has only subcommands. */
export interface CommandGroup {
  readonly name: string
  readonly text: string
}

interface Declared<F extends readonly Flag[]> extends Omit<CommandEntry, 'flags' | 'run'> {
  readonly flags: F
  run(this: void, context: Context, args: readonly string[], flags: Given<F>): Promise<Answer>
}

/** The entry; `run` gets its flags by name. */
export function entryOf<const F extends readonly Flag[]>(entry: Declared<F>): CommandEntry {
  return entry
}
