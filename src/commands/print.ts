// Results for programs: JSON or YAML on stdout.
import { stringify } from 'yaml'
import type { Context } from './context.ts'

/** Prints a value in the format of --output (JSON where that is text). */
export function printData(context: Context, value: unknown): void {
  const json = JSON.stringify(value, null, 2)
  const plainValue: unknown = JSON.parse(json)
  context.terminal.result(
    context.options.output === 'yaml' ? stringify(plainValue).trimEnd() : json,
  )
}
